import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Testing

@testable import HoldfastCLI

@Suite("Comparing two runs", .timeLimit(.minutes(1)))
struct DiffCommandTests {
    /// Makes a job that completed, and a fork of it that failed.
    private static func fork(on desk: CommandDesk) async throws -> (parent: String, fork: String) {
        let parent = try await desk.enqueue("ledger.import")
        func step(_ name: StepName, _ output: String) -> [WorkCommand] {
            [
                .startStep(StepKey(name), recorded: nil),
                .completeStep(
                    StepKey(name), output: .inline(JSONText(unchecked: output)), duration: 2_000_000,
                    recorded: nil),
            ]
        }
        try await desk.work(
            parent, step("parse", "[1]") + step("insert", "200") + [.complete(output: .null)])
        let made = try await desk.run("fork", parent, "--step", "insert", "--json")
        let fork = try #require(try JSONFields(JSONText(validating: made.output)).string("id"))
        let failure = JobFailure(type: "Timeout", message: "no answer", step: StepKey("insert"))
        try await desk.work(
            fork,
            [
                .startStep(StepKey("insert"), recorded: nil),
                .failStep(StepKey("insert"), failure, retryAt: nil, recorded: nil),
                .failAttempt(failure, .discard),
            ])
        return (parent, fork)
    }

    @Test func `a fork is compared with its parent, and says where they part`() async throws {
        let desk = try CommandDesk()
        let (parent, fork) = try await Self.fork(on: desk)
        let alone = try await desk.run("diff", fork)
        #expect(alone.code == .success, "\(alone.errors)")
        #expect(alone.output == (try await desk.run("diff", parent, fork).output))
        #expect(
            alone.output == """
                A  \(parent), ledger.import, completed in 0 us, attempt 1
                B  \(fork), ledger.import, failed in 0 us, attempt 1
                   B was made from A, to run again from insert#1 on
                   Different: steps, state, error, output

                Output
                A  null
                B  none

                Error
                A  none
                B  Timeout in insert#1: no answer

                They part at insert#1
                A  completed, 200
                B  failed, Timeout: no answer

                Steps: 1 the same (1 reused), 1 different
                STEP          A       B  B/A  DIFFERENT
                insert#1  2.0 s  failed       status, output, error, failures
                parse#1   2.0 s  reused

                """)
        let narrow = try await desk.run(["diff", fork], columns: 60)
        #expect(narrow.lines.allSatisfy { $0.count <= 60 }, "\(narrow.output)")
        #expect(narrow.output.contains("insert#1") && narrow.output.contains("failed"))
    }

    @Test func `the exit code tells of a difference only when it is asked for`() async throws {
        let desk = try CommandDesk()
        let (parent, fork) = try await Self.fork(on: desk)
        let told = try await desk.run("diff", parent, fork, "--exit-code")
        #expect(told.code == .jobRefused && told.errors.isEmpty && !told.output.isEmpty)
        let same = try await desk.run("diff", parent, parent, "--exit-code")
        #expect(same.code == .success && same.output.contains("Nothing differs but times"))
    }

    @Test func `a file and a server say the same`() async throws {
        let targets = try await TwoTargets.make()
        let (file, served) = (try targets.copy("file.db"), try targets.copy("served.db"))
        try await targets.desk.serving(served) { url in
            for (a, b) in [
                ("DONE", "RUNNING"), ("DONE", "FAILED"), ("ASKING", "LARGE"), ("QUEUED", "LATER"),
            ] {
                for more in ["", " --json", " --steps 1"] {
                    let told = try await targets.compare("diff \(a) \(b)\(more)", file: file, url: url)
                    #expect(told.code == .success && !told.output.isEmpty, "\(told.errors)")
                }
            }
            #expect(try await targets.compare("diff DONE", file: file, url: url).code == .usage)
            #expect(try await targets.compare("diff", file: file, url: url).code == .usage)
            #expect(try await targets.compare("diff DONE --steps 0", file: file, url: url).code == .usage)
            let nobody = "diff DONE 0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e"
            #expect(try await targets.compare(nobody, file: file, url: url).code == .noSuchJob)
        }
    }
}
