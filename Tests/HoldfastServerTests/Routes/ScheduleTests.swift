import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Schedules over HTTP", .timeLimit(.minutes(1)))
struct ScheduleTests {
    private static let nightly =
        #"{"cron":"30 2 * * *","zone":"Europe/Berlin","job":{"kind":"test.job","input":{"a":1.50},"tags":["x"],"any_kind":true},"overlap":"queue_one","missed":"all"}"#

    @Test func `a schedule is set, shown and listed with its next times`() async throws {
        try await TestServer.run { server in
            let answer = try await server.send("PUT", "/v1/schedules/nightly", body: Self.nightly)
            #expect(answer.status == 200)
            let fields = try answer.fields()
            #expect(try fields.string("name") == "nightly")
            #expect(try fields.string("state") == "active")
            #expect(try fields.string("cron") == "30 2 * * *")
            #expect(try fields.string("zone") == "Europe/Berlin")
            #expect(try fields.string("overlap") == "queue_one")
            #expect(try fields.string("missed") == "all")
            #expect(try fields.string("next_due") == "2026-10-09T00:30:00.000000Z")
            #expect(try fields.object("job")?.raw("input")?.text == #"{"a":1.50}"#)
            let times = try #require(try fields.strings("next_times"))
            #expect(times.count == 5)
            #expect(times[1] == "2026-10-10T00:30:00.000000Z")
            let shown = try await server.send("GET", "/v1/schedules/nightly").body
            #expect(answer.body == shown.dropLast() + #","changed":true}"#)
            let again = try await server.send("PUT", "/v1/schedules/nightly", body: Self.nightly)
            #expect(try again.fields().bool("changed") == false)
            let page = try await server.send("GET", "/v1/schedules?times=1").body
            #expect(page.contains(#""next_times":["2026-10-09T00:30:00.000000Z"]"#))
            #expect(page.hasSuffix(#""next":null}"#))
        }
    }

    @Test func `the same again writes nothing`() async throws {
        try await TestServer.run { server in
            _ = try await server.send("PUT", "/v1/schedules/nightly", body: Self.nightly)
            let head = try await server.head()
            let again = try await server.send("PUT", "/v1/schedules/nightly", body: Self.nightly)
            #expect(again.status == 200)
            #expect(try await server.head() == head)
        }
    }

    @Test func `lists come in pages by name`() async throws {
        try await TestServer.run { server in
            for name in ["b", "a", "c%20d"] {
                let body = #"{"every_seconds":60,"job":{"kind":"k","any_kind":true}}"#
                #expect(try await server.send("PUT", "/v1/schedules/\(name)", body: body).status == 200)
            }
            let first = try await server.send("GET", "/v1/schedules?limit=2&times=0").fields()
            #expect(try first.string("next") == "b")
            let second = try await server.send("GET", "/v1/schedules?limit=2&after=b").body
            #expect(second.contains(#""name":"c d""#))
            #expect(second.hasSuffix(#""next":null}"#))
        }
    }

    @Test func `it is paused, resumed, run and removed, with the reason and whoever asked`() async throws {
        try await TestServer.run { server in
            _ = try await server.send("PUT", "/v1/schedules/nightly", body: Self.nightly)
            let path = "/v1/schedules/nightly"
            for _ in 1...2 {
                let paused = try await server.send("POST", "\(path)/pause", body: #"{"reason":"lunch"}"#)
                #expect(try paused.fields().string("state") == "paused")
                #expect(try paused.fields().strings("next_times") == [])
            }
            let run = try await server.send("POST", "\(path)/run", body: #"{"reason":"late"}"#)
            let last = try #require(try run.fields().object("last_run"))
            #expect(try last.bool("by_hand") == true)
            let job = try #require(try last.string("job"))
            #expect(try await server.send("GET", "/v1/jobs/\(job)").fields().string("state") == "queued")
            for _ in 1...2 {
                let resumed = try await server.send("POST", "\(path)/resume")
                #expect(try resumed.fields().string("state") == "active")
            }
            let removed = try await server.send("DELETE", path, body: #"{"reason":"moved"}"#)
            #expect(removed.status == 204)
            #expect(try await server.send("DELETE", path).problem().kind == .unknownSchedule)
            let events = try await server.engine.log.read {
                try $0.events(EventQuery(kinds: EventKind.ofSchedules)).events
            }
            #expect(
                events.map(\.kind) == [
                    "schedule.set", "schedule.paused", "schedule.fired", "schedule.resumed",
                    "schedule.removed",
                ])
            #expect(events.allSatisfy { $0.actor == .person("local") })
            #expect(try JSONFields(events[1].data).string("reason") == "lunch")
            #expect(try JSONFields(events[2].data).string("reason") == "late")
        }
    }

    @Test(arguments: [
        (#"{"cron":"0 3 * *","job":{"kind":"k","any_kind":true}}"#, "cron", "this one has 4"),
        (#"{"cron":"0 0 30 2 *","job":{"kind":"k","any_kind":true}}"#, "cron", "never comes"),
        (#"{"cron":"* * * * *","zone":"Mars/X","job":{"kind":"k","any_kind":true}}"#, "zone", "tz database"),
        (#"{"every_seconds":0,"job":{"kind":"k","any_kind":true}}"#, "every_seconds", "whole seconds"),
        (#"{"every_seconds":5,"cron":"* * * * *","job":{"kind":"k"}}"#, "cron", "not both"),
        (#"{"job":{"kind":"k"}}"#, "cron", "every_seconds"),
        (#"{"every_seconds":5,"zone":"UTC","job":{"kind":"k"}}"#, "zone", "cron"),
        (
            #"{"cron":"* * * * *","anchor":"2026-10-08T14:00:00Z","job":{"kind":"k"}}"#, "anchor",
            "every_seconds"
        ),
        (#"{"every_seconds":5}"#, "job", "POST /v1/jobs"),
        (#"{"every_seconds":5,"job":{}}"#, "kind", "given"),
        (#"{"every_seconds":5,"job":{"kind":"k"},"overlap":"never"}"#, "overlap", "queue_one"),
        (#"{"every_seconds":5,"job":{"kind":"k"},"missed":"never"}"#, "missed", "once"),
        (
            #"{"every_seconds":5,"job":{"kind":"k","any_kind":true,"not_before":"2027-01-01T00:00:00Z"}}"#,
            "not_before", "leave"
        ),
    ])
    func `what does not fit is refused with its field and what to do`(
        body: String, field: String, advice: String
    ) async throws {
        try await TestServer.run { server in
            let problem = try await server.send("PUT", "/v1/schedules/nightly", body: body).problem()
            #expect(problem.status == 400)
            #expect(problem.kind == .invalidField)
            #expect(problem.extras == [ProblemExtra("field", field)])
            #expect(problem.detail.contains(advice), "\(problem.detail)")
            #expect(try await server.head() == .beginning)
        }
    }

    @Test func `what is not there or not known is refused`() async throws {
        try await TestServer.run { server in
            for (method, path) in [
                ("GET", "nightly"), ("DELETE", "nightly"), ("POST", "nightly/pause"), ("POST", "nightly/run"),
            ] {
                let problem = try await server.send(method, "/v1/schedules/\(path)").problem()
                #expect(problem.kind == .unknownSchedule)
                #expect(problem.status == 404)
            }
            let unknown = try await server.send(
                "PUT", "/v1/schedules/x", body: #"{"every_seconds":5,"job":{"kind":"k"}}"#)
            #expect(try unknown.problem().kind == .unknownKind)
            let field = try await server.send("PUT", "/v1/schedules/x", body: #"{"crontab":"* * * * *"}"#)
            #expect(try field.problem().kind == .unknownField)
            #expect(try await server.send("GET", "/v1/schedules/%zz").problem().kind == .refused)
            #expect(try await server.send("PATCH", "/v1/schedules/x").problem().kind == .wrongMethod)
        }
    }
}
