import CBenchFloor
import Foundation
import HoldfastCore
import HoldfastSQLite
import HoldfastStore

/// What operators ask of large logs, and how long it takes: with 1,000,000 events, with one job that has as many alone, and with
/// ten times as many, which may make the first three figures twice as large.
enum OperatorScenario {
    static func run(_ context: BenchContext) async throws {
        let path = try await context.log(MadeLog(events: 1_000_000, jobs: 10_000))
        let first = try await figures(context, path)
        try await whole(context, path)
        try processes(context, path)
        try await RebuildFigures.run(context, path)
        try await long(context)
        guard context.largest > 1_000_000 else { return }
        let scale = context.largest / 1_000_000
        let large = try await context.log(
            MadeLog(events: context.largest, jobs: 10_000 * scale), name: "\(scale) times as many events")
        let second = try await figures(context, large)
        for (name, (before, after)) in zip(["show --at", "running --at", "failed"], zip(first, second)) {
            context.report.line(
                "\(name), \(scale) times as many events",
                String(format: "%.2f times as long (aim <= 2)", after / before))
        }
        try await whole(context, large)
    }

    /// Prints the questions that are answered in an instant.
    ///
    /// - Returns: The medians of the first three.
    private static func figures(_ context: BenchContext, _ path: String) async throws -> [Double] {
        // What is measured is the engine, not the disk: the file is in memory as far as that goes.
        var rows: Int64 = 0
        _ = floor_select(path, "SELECT * FROM events ORDER BY position", &rows)
        var figures = try OperatorFigures(path)
        _ = (try figures.showPast(), try figures.running())
        let report = context.report
        let (show, running, failed) = (
            try figures.showPast(), try figures.running(), try figures.failed()
        )
        report.times("show --at, random jobs and moments", show, aim: 100)
        report.times("jobs --state running --at", running, aim: 1_000)
        report.times("jobs --state failed, first page", failed, aim: 50)
        let history = try figures.history()
        report.times("history of a job", history.times, aim: 50)
        report.line(
            "", String(format: "%.1f times a plain SELECT", history.times.median / history.plain.median))
        report.times("stats", try figures.statistics(), aim: 20)
        report.times("stats --at", try figures.pastStatistics())
        report.times("jobs --state completed --at", try figures.completed())
        report.times("why", try figures.standing())
        report.times("a job by the end of its id", try figures.named())
        report.times("jobs --text, nothing found", try figures.text())
        return [show.median, running.median, failed.median]
    }

    /// Prints what looks through the whole log.
    private static func whole(_ context: BenchContext, _ path: String) async throws {
        var rows: Int64 = 0
        let plain = floor_select(path, "SELECT * FROM events ORDER BY position", &rows)
        let store = try SQLiteStore(path: path, mode: .readOnly)
        var sound = false
        let seconds = try await measure { sound = try store.audit().isSound }
        guard sound else { throw BrokenPromise(description: "the log is not sound") }
        context.report.line(
            "verify",
            String(
                format: "%.0f events/s (aim > 200000), %.1f times a plain SELECT", Double(rows) / seconds,
                seconds / plain))
    }

    /// Prints what people wait for who type the commands: the process, from its start to its end.
    private static func processes(_ context: BenchContext, _ path: String) throws {
        var figures = try OperatorFigures(path)
        let (job, at) = try figures.randomJob()
        let moment = "\(at.value * 3 / 4 + 1_000_000 / 4)"
        let file = ["--db", path, "--no-pager"]
        let floor = try ProductProcess.median(["version"])
        context.report.line("a process: holdfast version", String(format: "%.1f ms", floor))
        for (arguments, aim) in [
            (["show", "\(job)", "--at", moment], 100),
            (["jobs", "--state", "running", "--at", moment], 1_000),
            (["jobs", "--state", "failed"], 50), (["history", "\(job)"], 50), (["stats"], 20),
            (["why", "\(job)"], nil),
        ] as [([String], Double?)] {
            let name = arguments.filter { $0 != "\(job)" }.joined(separator: " ")
            let time = try ProductProcess.median(arguments + file)
            let verdict = aim.map { String(format: " (aim < %.0f%@)", $0, time < $0 ? "" : " !") } ?? ""
            context.report.line(
                "a process: \(name)",
                String(format: "%.1f ms, %.1f of its own%@", time, time - floor, verdict))
        }
    }

    /// Prints what one job with a million events costs.
    private static func long(_ context: BenchContext) async throws {
        let path = try await context.log(
            MadeLog(events: 1_250_000, jobs: 2_000, longJob: 1_050_000), name: "one job of 1,000,000 events")
        var figures = try OperatorFigures(path)
        let reader = try SQLiteStore(path: path, mode: .readOnly).openReader()
        let owned = try reader.jobs(JobQuery(JobFilter(owner: "team-1"), limit: 1_000))
        guard let job = owned.max(by: { $0.version < $1.version }), job.version > 1_000_000 else {
            throw BrokenPromise(description: "the log has no long job")
        }
        context.report.times(
            "show --at of a job of \(job.version) events", try figures.showPast(of: job.id), aim: 100)
    }
}

extension Report {
    /// Prints how long many calls took.
    func times(_ name: String, _ times: OperatorFigures.Times, aim: Double? = nil) {
        let verdict = aim.map { String(format: " (aim < %.0f%@)", $0, times.median < $0 ? "" : " !") } ?? ""
        line(name, String(format: "p50 %.2f ms, max %.2f ms%@", times.median, times.most, verdict))
    }
}
