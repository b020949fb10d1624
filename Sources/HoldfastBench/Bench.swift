import ArgumentParser
import Foundation

/// Measures the engine from inside one process, each figure beside a raw C loop of the same run.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "HoldfastBench",
        abstract: "Measure the engine against a raw C loop on this machine.",
        discussion: """
            Every scenario runs between two runs of the raw loop (one row a transaction, synchronous=FULL), and the \
            ratio is taken to their mean: disks drift, ratios within a run do not. Nothing else should be running. \
            Scenarios that measure a promise (unread, rejected) fail when it is broken.

            EXAMPLE: swift run -c release HoldfastBench appends steps
            """,
        subcommands: [
            Run.self, MakeLog.self, CrashedProcess.self, StreamClientProcess.self, ProductCommand.self,
        ], defaultSubcommand: Run.self)
}

/// Runs scenarios and prints a table.
struct Run: AsyncParsableCommand {
    @Argument(help: "The scenarios to run; all when none is named.")
    var scenarios: [ScenarioName] = []

    @Option(help: "The folder for the databases; it should be on the disk that is to be measured.")
    var folder = ".build/bench"

    @Option(help: "Seconds that each measurement lasts.")
    var seconds = 2.0

    @Option(
        help:
            "The folder in which the logs of operators and prune are kept for the next run (default: thrown away)."
    )
    var keptLogs: String?

    @Option(help: "How many events the largest log of operators has; 10,000,000 take some minutes to make.")
    var largest = 10_000_000

    func run() async throws {
        let bench = BenchFolder(folder)
        try bench.empty()
        defer { try? bench.empty() }
        let report = Report()
        report.machine(bench)
        var broken = 0
        for name in scenarios.isEmpty ? ScenarioName.allCases : scenarios {
            let context = BenchContext(
                folder: bench, seconds: seconds, report: report, keptLogs: keptLogs, largest: largest)
            do {
                try await name.run(context)
            } catch let promise as BrokenPromise {
                broken += 1
                report.line("broken promise", "\(promise)")
            }
            try bench.empty()
        }
        report.memory()
        if broken > 0 { throw ExitCode.failure }
    }
}

/// The groups of measurements.
enum ScenarioName: String, CaseIterable, ExpressibleByArgument {
    case appends, steps, enqueue, jobs, latency, claims, waiting, fanout, crash, idle, artifact, streams,
        unread, rejected, operators, prune

    func run(_ context: BenchContext) async throws {
        switch self {
        case .appends: try await AppendScenario.run(context)
        case .steps: try await StepScenario.run(context)
        case .enqueue: try await EnqueueScenario.run(context)
        case .jobs: try await TrivialJobScenario.run(context)
        case .latency: try await LatencyScenario.run(context)
        case .claims: try await ClaimScenario.run(context)
        case .waiting: try await WaitingScenario.run(context)
        case .fanout: try await FanOutScenario.run(context)
        case .crash: try await CrashScenario.run(context)
        case .idle: try await IdleScenario.run(context)
        case .artifact: try await ArtifactScenario.run(context)
        case .streams: try await StreamScenario.run(context)
        case .unread: try await UnreadScenario.run(context)
        case .rejected: try await RejectedScenario.run(context)
        case .operators: try await OperatorScenario.run(context)
        case .prune: try await PruneScenario.run(context)
        }
    }
}
