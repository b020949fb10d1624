import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Testing

@testable import HoldfastCLI

@Suite("Who decided what, from the command line", .timeLimit(.minutes(1)))
struct ActorsCommandTests {
    @Test func `a line says when, who, what and why`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue("mail.send", input: "{}", "--queue", "mail")
        try await desk.run("cancel", id, "--by", "bob", "--reason", "not needed")
        try await desk.run("queue", "pause", "mail", "--reason", "lunch")
        let short = id.suffix(12)
        let told = try await desk.run("actors")
        #expect(
            told.output == """
                12:00:00.000  ana         enqueued \(short), mail.send on mail
                12:00:00.000  bob         cancelled \(short): not needed
                12:00:00.000  ana         paused queue mail: lunch

                """)
        #expect(try await desk.run("actors", "--actor", "bob").lines.count == 1)
        #expect(try await desk.run("actors", "--job", id, "--limit", "1").lines.count == 1)
        #expect(try await desk.run("actors", "--kind", "queue.paused").output.hasSuffix("lunch\n"))
        #expect(try await desk.run("actors", "--after", "2").lines.count == 1)
        #expect(try await desk.run("actors", "--until", "2026-10-08T11:00:00Z").output.isEmpty)
        let narrow = try await desk.run(["actors"], columns: 60)
        #expect(
            narrow.lines.count == 3 && narrow.lines.allSatisfy { $0.count <= 60 }, "\(narrow.output)")
    }

    @Test func `CSV is quoted as RFC 4180 has it, and no cell is taken for a formula`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue("mail.send")
        try await desk.run("cancel", id, "--reason", "=HYPERLINK(\"http://x\",\"a\")\nnext")
        let csv = try await desk.run("actors", "--csv").output
        let at = "2026-10-08T12:00:00.000000Z"
        #expect(
            Array(csv.utf8)
                == Array(
                    ("position,at,actor_type,actor_id,kind,job,subject,detail,reason\r\n"
                        + "1,\(at),person,ana,job.enqueued,\(id),mail.send,default,\r\n"
                        + "2,\(at),person,ana,job.cancelled,\(id),,,"
                        + "\"'=HYPERLINK(\"\"http://x\"\",\"\"a\"\")\nnext\"\r\n").utf8))
        let raw = try await desk.run("actors", "--csv", "--raw-cells").output
        #expect(raw.contains(",\"=HYPERLINK("))
    }

    @Test(arguments: [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"a\"", "\"say \"\"a\"\"\""),
        ("a\r\nb", "\"a\r\nb\""),
        ("-1", "'-1"), ("+1", "'+1"), ("@x", "'@x"), ("\t=1", "'\t=1"), (" x", "\" x\""), ("", ""),
        ("1-1", "1-1"), ("ä;ö", "ä;ö"), ("=1,2", "\"'=1,2\""),
    ])
    func `a cell`(text: String, cell: String) {
        #expect(Array(SeparatedValues().line([text]).utf8) == Array((cell + "\r\n").utf8))
    }

    @Test func `a file and a server say the same`() async throws {
        let targets = try await TwoTargets.make()
        let (file, served) = (try targets.copy("file.db"), try targets.copy("served.db"))
        try await targets.desk.serving(served) { url in
            for line in [
                "actors", "actors --json", "actors --csv", "actors --engines", "actors --job QUEUED",
                "actors --kind job.enqueued --kind queue.paused --limit 3",
                "actors --since 2026-10-08T12:00:01Z --until 2026-10-08T12:00:02Z",
            ] {
                let told = try await targets.compare(line, file: file, url: url)
                #expect(told.code == .success && !told.output.isEmpty, "\(line): \(told.errors)")
            }
            for line in [
                "actors --kind step.started", "actors --csv --json", "actors --raw-cells",
                "actors --since x",
            ] {
                #expect(try await targets.compare(line, file: file, url: url).code == .usage)
            }
            let nobody = "actors --job 0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e"
            #expect(try await targets.compare(nobody, file: file, url: url).code == .noSuchJob)
        }
    }
}
