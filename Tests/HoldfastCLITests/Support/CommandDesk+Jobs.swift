import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Testing

@testable import HoldfastCLI

extension CommandDesk {
    /// Enqueues a job through the command and gives its id.
    func enqueue(_ kind: String = "mail.send", input: String = "{}", _ more: String...) async throws -> String
    {
        let outcome = try await run(
            ["enqueue", kind, "--any-kind", "--quiet", "--input", input] + more)
        #expect(outcome.code == .success, "\(outcome.errors)")
        return try #require(outcome.lines.first)
    }

    /// Plays the worker of a job: claims it, does a step, and does what the test asks for under the lease.
    func work(_ job: String, _ commands: [WorkCommand]) async throws {
        let id = try #require(JobID(job))
        try await withEngine { engine in
            let started = try await engine.log.write { transaction in
                try transaction.execute(
                    .start(worker: "mill/default", engine: engine.id), on: id, by: .worker("mill/default"))
            }
            let token = LeaseToken(try #require(started.first).position)
            try await Self.obey(commands, token, on: id, engine)
        }
    }

    /// Plays the worker that runs a job already.
    func goOn(_ job: String, _ commands: [WorkCommand]) async throws {
        let id = try #require(JobID(job))
        try await withEngine { engine in
            let state = try #require(try await engine.log.read { try $0.job(id) })
            guard case .running(let run) = state.phase else { throw JobRejection.leaseLost }
            try await Self.obey(commands, run.token, on: id, engine)
        }
    }

    private static func obey(
        _ commands: [WorkCommand], _ token: LeaseToken, on id: JobID, _ engine: JobEngine
    ) async throws {
        try await engine.log.write { transaction in
            for command in commands {
                try transaction.execute(.work(token, command), on: id, by: .worker("mill/default"))
            }
        }
    }

    /// Work that leaves an event of most kinds and completes the job.
    static let fullRun: [WorkCommand] = [
        .startStep(StepKey("parse"), recorded: nil),
        .writeLog(LogWritten(level: .warning, message: "row 7 has no date\u{1B}[31m")),
        .updateProgress(Progress(.count(done: 50, total: 200), phase: "parsing")),
        .completeStep(
            StepKey("parse"), output: .inline(JSONText(unchecked: "{\"rows\":200}")), duration: 1_500_000,
            recorded: nil),
        .emit(AppEmitted(name: "ledger.balanced", payload: .inline(JSONText(unchecked: "{\"sum\":0}")))),
        .complete(output: .inline(JSONText(unchecked: "{\"posted\":200}"))),
    ]
}
