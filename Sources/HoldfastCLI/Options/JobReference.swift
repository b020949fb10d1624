import ArgumentParser
import HoldfastAPI
import HoldfastClient
import HoldfastCore

/// A job as people name it: by its id, or by a part from the start or the end that fits no other.
struct JobReference: Hashable {
    /// The digits.
    let part: JobIDPart
    /// What was typed.
    let text: String

    /// Reads what was typed.
    ///
    /// - Throws: `ValidationError` when it can be no part of an id.
    init(_ text: String) throws {
        guard let part = JobIDPart(text) else {
            throw ValidationError(
                "a job id looks like 0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e; "
                    + "at least \(JobIDPart.minimumDigits) digits from its start or its end will do")
        }
        self.part = part
        self.text = text
    }

    /// The last digits of an id, by which people tell jobs apart: 12 of them, as they stand behind the last
    /// hyphen.
    static func shortText(of job: JobID) -> String { String(job.description.suffix(12)) }

    /// Finds the one job that is meant.
    ///
    /// - Throws: `CommandFailure` when none or several fit, and what the target throws.
    func find(in target: some ReadingTarget) async throws -> JobState {
        // One more than are listed tells that there are others.
        let matches = try await target.jobs(named: part, limit: 5)
        guard let match = matches.first else {
            try await refusePruned(in: target)
            throw CommandFailure(.noSuchJob, "there is no job \(text); `holdfast jobs` lists those there are")
        }
        guard matches.count == 1 else {
            let list = matches.prefix(4).map(\.id.description).joined(separator: ", ")
            let rest = matches.count > 4 ? " and others" : ""
            throw CommandFailure(.badValue, "\"\(text)\" fits several jobs: \(list)\(rest); give more digits")
        }
        return match
    }

    /// Says that the job was pruned, where a whole id names one that was.
    private func refusePruned(in target: some ReadingTarget) async throws {
        guard let id = part.whole else { return }
        do {
            _ = try await target.sheet(of: id, logs: 0, at: nil)
        } catch JobRejection.pruned {
            throw PrunedJobAsked(job: id)
        } catch let error as ClientError {
            guard case .refused(let problem, _) = error, problem.kind == .pruned else { return }
            throw error
        } catch {
            // Whatever else is wrong with it: there is none.
        }
    }
}

/// A command asks for a job that was pruned, and that may be in an archive.
struct PrunedJobAsked: Error {
    /// The job.
    let job: JobID
}
