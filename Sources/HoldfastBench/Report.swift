import Foundation
import HoldfastSQLite

/// Prints what was measured, one line a figure.
struct Report: Sendable {
    /// Prints what the figures depend on.
    func machine(_ folder: BenchFolder) {
        let info = ProcessInfo.processInfo
        print(
            "machine   \(info.processorCount) cores, \(info.physicalMemory >> 30) GiB, \(info.operatingSystemVersionString)"
        )
        print(
            "settings  SQLite \(SQLiteStore.libraryVersion), WAL, synchronous=FULL, databases in \(folder.path)"
        )
        #if DEBUG
            print("warning   this is a debug build: the figures mean nothing")
        #endif
        print("raw       a C loop of BEGIN IMMEDIATE, one row, COMMIT, before and after each scenario")
        print("")
        print(
            pad("scenario", 46) + right("rate", 22) + right("raw/s", 10) + right("ratio", 9) + right("aim", 8)
                + right("fdatasync", 12))
    }

    /// Prints a rate beside the raw loop's.
    func rate(_ name: String, _ rate: Double, unit: String, raw: Double, aim: Double?, disk: Double) {
        let ratio = rate / raw
        let verdict = aim.map { String(format: ">=%.2f%@", $0, ratio >= $0 ? "" : " !") } ?? ""
        print(
            pad(name, 46) + right(String(format: "%.0f %@/s", rate, unit), 22)
                + right(String(format: "%.0f", raw), 10)
                + right(String(format: "%.2f", ratio), 9) + right(verdict, 8)
                + right(String(format: "%.0f us", disk), 12))
    }

    /// Prints a figure that has no raw counterpart.
    func line(_ name: String, _ text: String) { print(pad(name, 46) + text) }

    /// Prints the memory of this process.
    func memory() {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return }
        let lines = status.split(separator: "\n").filter { $0.hasPrefix("VmHWM") || $0.hasPrefix("VmRSS") }
        let text = lines.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }.joined(
            separator: ", ")
        line("memory of this process, all scenarios", text)
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
    }

    private func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

/// Picks percentiles out of samples.
struct Percentiles {
    private let sorted: [Double]

    init(_ samples: [Double]) { sorted = samples.sorted() }

    /// The sample below which a part (from 0 to 1) of all lies; 0 without samples.
    func at(_ part: Double) -> Double {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
    }
}
