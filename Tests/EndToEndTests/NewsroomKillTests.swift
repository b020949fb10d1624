import CSQLite
import Foundation
import NIOHTTP1
import Testing

/// Children, tries of steps, payments and files of a server of one's own, whose process dies again and again.
@Suite("A server of one's own, killed", .timeLimit(.minutes(5)))
struct NewsroomKillTests {
    @Test(arguments: Way.allCases)
    func `each article is fetched, kept and paid once, whatever dies in between`(_ way: Way) async throws {
        let desk = try Desk(articles: 3)
        let place = desk.place
        try await desk.say(
            way, nil, "",
            #"{"kind":"news.issue","any_kind":true,"budget":{"limit":"2","unit":"usd"},"input":\#(desk.input)}"#,
            ["enqueue", "news.issue", "--any-kind", "--budget", "2", "--input", desk.input])
        let issue = try #require(try await desk.jobs().last, "the issue came first")
        try await Tail.run(all: place) { tail in
            try await tail.killServer(of: place, at: "child.spawned")
            try await tail.killServer(of: place, at: "step.failed")
            try await tail.killServer(of: place, at: "step.failed")
            try place.write(articles: 3)
            for kind in ["artifact.saved", "child.finished", "budget.charged", "job.paused"] {
                try await tail.killServer(of: place, at: kind)
            }
            try await checkFiles(of: desk)
            try await desk.say(way, "budget", issue, #"{"limit":"10"}"#, ["budget", issue, "--limit", "10"])
            try await desk.say(way, "resume", issue, "", ["resume", issue])
            try await Server.run(place) { _ in
                while try await tail.read(through: "job.completed").job != issue {}
            }
            try check(tail.seen, issue: issue)
        }
        #expect(try await desk.run("budget", issue, "--json").output.contains("4.5"))
        let file = try await desk.run("artifacts", issue, "issue.md", "--output", "-")
        #expect(file.output == "# Article 1\n\n# Article 2\n\n# Article 3\n")
    }

    /// What there is can be had while the issue is paused.
    private func checkFiles(of desk: Desk) async throws {
        let articles = try await desk.jobs().dropLast()
        #expect(articles.count == 3)
        try await Server.run(desk.place) { server in
            for article in articles {
                let list = try await server.send(.GET, "/v1/jobs/\(article)/artifacts")
                #expect(list.body.contains(#""name":"article.md""#), "\(list.body)")
                let file = try await server.send(.GET, "/v1/jobs/\(article)/artifacts/article.md")
                #expect(file.body.hasPrefix("# Article"))
                let same = try await desk.run("artifacts", article, "article.md", "--output", "-")
                #expect(same.output == file.body)
            }
        }
    }

    private func check(_ events: [Envelope], issue: String) throws {
        func count(_ kind: String, _ isMeant: (Envelope) -> Bool = { _ in true }) -> Int {
            events.count { $0.kind == kind && isMeant($0) }
        }
        #expect(count("child.spawned") == 3)
        #expect(count("child.finished") == 3)
        #expect(count("job.enqueued") == 4)
        #expect(count("job.completed") == 4)
        #expect(count("step.completed") { $0.data.name == "fetch" } == 3)
        #expect(count("step.completed") { $0.data.name == "charge" } == 3)
        #expect(count("artifact.saved") == 4)
        #expect(count("budget.exceeded") == 1)
        #expect(count("budget.raised") == 1)
        #expect(count("job.paused") == 1)
        let payments = events.filter { $0.kind == "budget.charged" }.map(\.data.note)
        #expect(payments.count == 3 && Set(payments).count == 3, "\(payments)")
    }

    @Test func `a step has as many tries as it was given, over all processes`() async throws {
        let desk = try Desk(articles: 1, more: #","tries":4"#)
        _ = try await desk.enqueue()
        try await Tail.run(all: desk.place) { tail in
            for _ in 1...2 { try await tail.killServer(of: desk.place, at: "step.failed") }
            try await Server.run(desk.place) { _ in _ = try await tail.read(through: "job.attemptFailed") }
            #expect(tail.count("step.failed") == 4)
        }
    }

    @Test(arguments: Way.allCases)
    func `a cancelled issue takes its articles with it, once`(_ way: Way) async throws {
        let desk = try Desk(articles: 2)
        let issue = try await desk.enqueue()
        try await Tail.run(all: desk.place) { tail in
            try await tail.killServer(of: desk.place, at: "step.failed")
            try await desk.say(
                way, "cancel", issue, #"{"reason":"no paper"}"#, ["cancel", issue, "--reason", "no paper"])
            try await Server.run(desk.place) { _ in
                while tail.count("job.cancelled") < 3 { try await tail.read(through: "job.cancelled") }
            }
        }
        for job in try await desk.jobs() {
            let kinds = try await desk.kinds(of: job)
            #expect(kinds.count { $0 == "job.cancelled" } == 1, "\(kinds)")
        }
    }

    @Test(arguments: Way.allCases)
    func `repeats with crashes between are one job, with the last input`(_ way: Way) async throws {
        let desk = try Desk(articles: 1)
        for number in 1...3 {
            try desk.place.write(articles: number)
            let input = #"{"sources":["\#(desk.place.article(number))"]}"#
            try await desk.say(
                way, nil, "",
                #"{"kind":"news.issue","any_kind":true,"key":"n","debounce":{"wait":600},"input":\#(input)}"#,
                ["enqueue", "news.issue", "--any-kind", "--key", "n", "--debounce", "10m", "--input", input])
        }
        // One with another input takes the place of the one before.
        let jobs = try await desk.jobs()
        #expect(jobs.count == 3)
        for replaced in jobs.dropFirst() {
            #expect(try await desk.kinds(of: replaced) == ["job.enqueued", "job.cancelled"])
        }
        let job = try #require(jobs.first)
        try await desk.run("reschedule", job, "--not-before", "2026-01-01T00:00:00Z")
        try await Tail.run(job, in: desk.place) { tail in
            try await Server.run(desk.place) { _ in _ = try await tail.read(through: "job.completed") }
        }
        let file = try await desk.run("artifacts", job, "issue.md", "--output", "-")
        #expect(file.output == "# Article 3\n")
    }

    @Test func `an order and its receipt are both there or neither, whenever the process dies`() async throws
    {
        let place = try Workplace(.newsroom)
        for _ in 1...5 {
            let (answered, answer) = AsyncStream<Void>.makeStream()
            try await Server.kill(place) { command in
                let server = try await Server(command)
                await withTaskGroup { group in
                    for _ in 1...8 {
                        group.addTask {
                            // Ends with the server: what it does not answer may be there or not, but as a whole.
                            while let order = try? await server.send(.POST, "/orders", "ana"),
                                order.status == 200
                            { answer.yield() }
                        }
                    }
                    var count = 0
                    for await _ in answered {
                        count += 1
                        if count == 20 { break }
                    }
                    group.cancelAll()
                }
            }
        }
        let orders = try rows("SELECT count(*) FROM orders", in: place)
        #expect(orders >= 100)
        let listed = try await BuiltCommand.run(
            ["jobs", "--db", place.database, "--json", "--limit", "100000"])
        #expect(listed.lines.count == orders)
        let keys = listed.lines.flatMap { $0.matches(of: /"key":"order-([0-9]+)"/).map(\.output.1) }
        #expect(Set(keys).count == orders)
    }

    private func rows(_ sql: String, in place: Workplace) throws -> Int {
        var connection: OpaquePointer?
        var statement: OpaquePointer?
        defer {
            sqlite3_finalize(statement)
            sqlite3_close_v2(connection)
        }
        try #require(sqlite3_open_v2(place.database, &connection, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK)
        try #require(sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK)
        try #require(sqlite3_step(statement) == SQLITE_ROW)
        return Int(sqlite3_column_int64(statement, 0))
    }
}
