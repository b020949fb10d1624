import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Testing

@testable import HoldfastCLI

@Suite("Why a job is not running", .timeLimit(.minutes(1)))
struct WhyCommandTests {
    @Test func `several reasons stand one below the other, each with what can be typed`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue("mail.send", input: "{}", "--queue", "mail")
        try await desk.run("queue", "pause", "mail", "--reason", "the relay is down", "--by", "bob")
        let told = try await desk.run("why", id)
        #expect(told.code == .success, "\(told.errors)")
        let moment = "12:00:00.000"
        #expect(
            told.output == """
                Job \(id) (mail.send, queue mail) is queued.
                - Its queue mail is paused by bob since \(moment): the relay is down.
                    Let it start jobs: holdfast queue resume mail
                - No worker ever announced the kind mail.send here.
                - No worker runs that takes mail.send from queue mail, nor any other.

                """)
    }

    @Test func `each state is told of in sentences, on a narrow terminal as well`() async throws {
        let targets = try await TwoTargets.make()
        let said = [
            "DONE": "It completed at",
            "FAILED": "It failed at 12:00:02.000 in attempt 1 of 1: Timeout in dial#1: no answer.",
            "RUNNING": "on worker mill/default, in attempt 1 of",
            "ASKING": "It waits for a decision on post-to-books",
            "QUEUED": "is paused by ana since", "LATER": "Ana enqueued it to be due at",
        ]
        for (name, sentence) in said {
            let id = try #require(targets.jobs[name])
            let wide = try await targets.desk.run("why", id)
            #expect(wide.output.contains(sentence), "\(wide.output)")
            let narrow = try await targets.desk.run("why", id, columns: 60)
            #expect(
                narrow.lines.allSatisfy { $0.count <= 60 || $0.contains("holdfast ") }, "\(narrow.output)")
            let words = narrow.output.split { $0 == " " || $0 == "\n" }
            #expect(words == wide.output.split { $0 == " " || $0 == "\n" })
        }
    }

    @Test func `what is advised can be typed`() async throws {
        let targets = try await TwoTargets.make()
        for name in ["FAILED", "ASKING", "LATER"] {
            let id = try #require(targets.jobs[name])
            let told = try await targets.desk.run("why", id)
            let command = try #require(told.output.firstMatch(of: #/: holdfast (.+)/#)?.output.1)
            let outcome = try await targets.desk.run(command.split(separator: " ").map(String.init))
            #expect(outcome.code == .success, "\(command): \(outcome.errors)")
        }
    }

    @Test func `a file and a server say the same`() async throws {
        let targets = try await TwoTargets.make()
        let (file, served) = (try targets.copy("file.db"), try targets.copy("served.db"))
        try await targets.desk.serving(served) { url in
            for name in targets.jobs.keys {
                try await targets.compare("why \(name)", file: file, url: url)
                let json = try await targets.compare("why \(name) --json", file: file, url: url)
                let fields = try JSONFields(JSONText(validating: json.output))
                #expect(try fields.string("job") == targets.jobs[name])
            }
            let nobody = "why 0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e"
            #expect(try await targets.compare(nobody, file: file, url: url).code == .noSuchJob)
            #expect(try await targets.compare("why x", file: file, url: url).code == .usage)
            #expect(try await targets.compare("why", file: file, url: url).code == .usage)
        }
    }
}
