import ArgumentParser
import HoldfastCore
import HoldfastStore

/// A job as people name it: by its id, or by a part from the start or the end that fits no other.
///
/// The start of an id is its time, so jobs of one minute share it; the end is random, and six digits of it
/// are enough.
struct JobReference: Hashable {
    /// The fewest digits of a part.
    static let minimumDigits = 6
    /// How many of the newest jobs are searched for an end of an id.
    ///
    /// A start is found among all.
    static let searchedJobs = 20_000

    private static let digitCount = 32

    /// The digits, without hyphens.
    private let digits: [UInt8]
    /// What was typed.
    let text: String

    /// Reads what was typed.
    ///
    /// - Throws: `ValidationError` when it can be no part of an id.
    init(_ text: String) throws {
        let digits = text.lowercased().utf8.filter { $0 != UInt8(ascii: "-") }
            .map { Hexadecimal.value(ofLowerCase: $0) }
        guard (Self.minimumDigits...Self.digitCount).contains(digits.count), !digits.contains(nil) else {
            throw ValidationError(
                "a job id looks like 0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e; "
                    + "at least \(Self.minimumDigits) digits from its start or its end will do")
        }
        self.digits = digits.compactMap(\.self)
        self.text = text
    }

    /// The last digits of an id, by which people tell jobs apart: 12 of them, as they stand behind the last
    /// hyphen.
    static func shortText(of job: JobID) -> String { String(job.description.suffix(12)) }

    /// Finds the one job that is meant.
    ///
    /// - Throws: `CommandFailure` when none or several fit, `StoreError`.
    func find(_ reader: any StorageReader) throws -> JobState {
        let (lowest, highest) = range
        if lowest == highest {
            if let job = try reader.job(lowest) { return job }
            throw notFound
        }
        var matches = try reader.jobs(JobQuery(before: highest, limit: 6)).filter { $0.id >= lowest }
        try search(reader) { job in
            guard hasEnd(job.id), !matches.contains(where: { $0.id == job.id }) else { return }
            matches.append(job)
        }
        guard let match = matches.first else { throw notFound }
        guard matches.count == 1 else {
            let list = matches.prefix(4).map(\.id.description).joined(separator: ", ")
            let rest = matches.count > 4 ? " and others" : ""
            throw CommandFailure(.badValue, "\"\(text)\" fits several jobs: \(list)\(rest); give more digits")
        }
        return match
    }

    private var notFound: CommandFailure {
        CommandFailure(.noSuchJob, "there is no job \(text); `holdfast jobs` lists those there are")
    }

    /// The lowest and the highest id that begin with the digits.
    private var range: (lowest: JobID, highest: JobID) {
        (Self.id(filling: digits, with: 0), Self.id(filling: digits, with: 0xF))
    }

    private static func id(filling digits: [UInt8], with filler: UInt8) -> JobID {
        let all = digits + Array(repeating: filler, count: digitCount - digits.count)
        let halves = [all.prefix(16), all.suffix(16)].map { $0.reduce(UInt64(0)) { $0 << 4 | UInt64($1) } }
        return JobID(high: halves[0], low: halves[1])
    }

    private func hasEnd(_ job: JobID) -> Bool {
        var (high, low) = (job.high, job.low)
        for digit in digits.reversed() {
            guard UInt8(truncatingIfNeeded: low & 0xF) == digit else { return false }
            low = low >> 4 | (high & 0xF) << 60
            high >>= 4
        }
        return true
    }

    /// Goes through the newest jobs.
    private func search(_ reader: any StorageReader, _ visit: (JobState) -> Void) throws {
        var before: JobID?
        var rest = Self.searchedJobs
        while rest > 0 {
            let page = try reader.jobs(JobQuery(before: before, limit: min(rest, 1_000)))
            page.forEach(visit)
            guard page.count == min(rest, 1_000), let last = page.last else { return }
            rest -= page.count
            before = last.id
        }
    }
}
