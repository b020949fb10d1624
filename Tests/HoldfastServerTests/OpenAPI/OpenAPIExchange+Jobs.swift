import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Testing

// Jobs, as far as the document describes them.
extension OpenAPIExchange {
    /// A list and a document of jobs in all states.
    func showJobsInAllStates() async throws {
        let full = #"""
            {"kind":"test.job","any_kind":true,"input":{"a":[1]},"queue":"q","priority":"high","key":"k","tags":["t"],
             "not_before":"2100-01-01T00:00:00Z","limit_key":"c","debounce":{"wait":1.5,"maximum":2},
             "retry":{"backoff":"table","waits":["1s","5m"]},"budget":{"limit":"5.00","unit":"usd","policy":"fail"}}
            """#
        try await send("POST", "/v1/jobs", body: full, headers: ["traceparent": "00-1-2-01"], status: 201)
        let (running, asked) = (try await server.enqueue(), try await server.enqueue())
        let worker = try await HandWorker(server, running)
        try await worker.work(.updateProgress(Progress(.count(done: 1, total: 2), phase: "a", message: "b")))
        try await worker.step("one")
        _ = try await HandWorker(server, asked)
        for (job, verb) in [(asked, "cancel"), (running, "pause")] {
            try await send(
                "POST", "/v1/jobs/{id}/\(verb)", "\(job)", body: #"{"reason":"late","within_seconds":9}"#)
        }
        let failed = try await HandWorker(server, try await server.enqueue())
        let failure = JobFailure(type: "E", message: "m", step: StepKey("one"))
        try await failed.work(.failAttempt(failure, .discard))
        let (paused, cancelled) = (try await server.enqueue(), try await server.enqueue())
        try await send("POST", "/v1/jobs/{id}/pause", "\(paused)", body: #"{"reason":"lunch"}"#)
        try await send("POST", "/v1/jobs/{id}/cancel", "\(cancelled)")
        let parent = try await HandWorker(server, try await server.enqueue())
        let child = ChildSpawned(child: WaitKey(.child, "page"), job: paused, kind: "test.job")
        try await parent.work(.spawn(child, recorded: nil))
        try await parent.work(
            .wait([.children("page", .all), .wait(WaitKey(.signal, "news"), until: nil)], isOver: false))
        _ = try await server.finishedJob()
        _ = try await server.enqueue()
        let page = try await send("GET", "/v1/jobs", "?limit=200")
        for state in JobPhaseName.allCases {
            #expect(page.body.contains("\"state\":\"\(state.rawValue)\""), "\(state)")
        }
        let ids = try await server.engine.log.read { try $0.jobs(JobQuery()).map(\.id) }
        for id in ids { try await send("GET", "/v1/jobs/{id}", "\(id)") }
        for id in ids { try await send("GET", "/v1/jobs/{id}/why", "\(id)") }
        try await send("GET", "/v1/jobs/{id}/why", "\(JobID(high: 1, low: 2))", status: 404)
        for id in ids { try await send("GET", "/v1/jobs/{id}/diff/{other}", "\(ids[0])", "\(id)", "?rows=9") }
        try await send("GET", "/v1/jobs/{id}/diff/{other}", "\(ids[0])", "x", status: 404)
        try await send("GET", "/v1/jobs", "?state=failed,running&kind=a&queue=b&tag=c&before=\(ids[0])")
        try await send("GET", "/v1/jobs", "?text=a&limit=1")
        try await send("GET", "/v1/jobs", "?text=", status: 400)
        try await send("GET", "/v1/jobs", "?limit=0", status: 400)
        try await send("GET", "/v1/jobs/{id}", "\(JobID(high: 1, low: 2))", status: 404)
        try await send("GET", "/v1/jobs/{id}", "\(ids[0])", "?x=1", status: 400)
    }

    /// What changes jobs.
    func enqueueAndSteer() async throws {
        let body =
            #"{"kind":"test.job","any_kind":true,"budget":{"limit":5,"unit":"usd"},"retry":{"backoff":"none"}}"#
        let key = ["Idempotency-Key": "one"]
        let first = try await send("POST", "/v1/jobs", body: body, headers: key, status: 201)
        try await send("POST", "/v1/jobs", body: body, headers: key)
        try await send("POST", "/v1/jobs", body: body + " ", headers: key, status: 422)
        for (body, status) in [
            ("", 400), ("{}", 400), (#"{"kind":"none"}"#, 422), (#"{"kind":"a","x":1}"#, 400),
        ] { try await send("POST", "/v1/jobs", body: body, status: status) }
        let keyed =
            #"{"kind":"test.job","any_kind":true,"key":"z","unique":{"period":60,"on_conflict":"reject"}}"#
        try await send("POST", "/v1/jobs", body: keyed, status: 201)
        try await send("POST", "/v1/jobs", body: keyed, status: 409)
        try await send("POST", "/v1/jobs", body: body, headers: ["Origin": "http://x.example"], status: 403)

        let job = try #require(try first.fields().string("id"))
        let bodies = [
            "pause": "{}", "resume": #"{"reason":"go"}"#, "reprioritise": #"{"priority":"low"}"#,
            "reschedule": #"{"not_before":"2100-01-01T00:00:00+02:00"}"#,
            "signal": #"{"name":"a","payload":1}"#,
            "budget": #"{"limit":"7.5","resume":true,"reason":"more"}"#, "cancel": "{}",
        ]
        for verb in ["pause", "resume", "reprioritise", "reschedule", "signal", "budget", "cancel"] {
            try await send("POST", "/v1/jobs/{id}/\(verb)", job, body: bodies[verb])
        }
        for verb in ["pause", "resume", "reprioritise", "reschedule", "signal", "budget"] {
            try await send("POST", "/v1/jobs/{id}/\(verb)", job, body: bodies[verb], status: 409)
        }
        try await send("POST", "/v1/jobs/{id}/retry", job)
        let nobody = "\(JobID(high: 1, low: 2))"
        for verb in ["cancel", "retry"] {
            try await send("POST", "/v1/jobs/{id}/\(verb)", nobody, status: 404)
        }
        let done = "\(try await server.finishedJob())"
        let another = ["Idempotency-Key": "two"]
        let fork = #"{"step":"parse","occurrence":1,"input":{"b":2},"reason":"r"}"#
        try await send("POST", "/v1/jobs/{id}/fork", done, body: #"{"step":"parse","dry_run":true}"#)
        try await send("POST", "/v1/jobs/{id}/fork", done, body: fork, headers: another, status: 201)
        let again = try await send("POST", "/v1/jobs/{id}/fork", done, body: fork, headers: another)
        let made = try #require(try again.fields().string("id"))
        try await send("GET", "/v1/jobs/{id}/diff/{other}", done, made)
        try await send("POST", "/v1/jobs/{id}/fork", done, body: fork, headers: key, status: 422)
        try await send("POST", "/v1/jobs/{id}/fork", done, body: #"{"step":"none"}"#, status: 404)
        try await send("POST", "/v1/jobs/{id}/destroy-key", done, status: 409)
        try await send("POST", "/v1/jobs/{id}/destroy-key", nobody, status: 404)
        let encrypted = #"{"kind":"test.job","any_kind":true,"encrypt":true,"input":"secret"}"#
        let sealed = try #require(
            try await send("POST", "/v1/jobs", body: encrypted, status: 201).fields().string("id"))
        try await send("POST", "/v1/jobs/{id}/destroy-key", sealed, status: 409)
        try await send("POST", "/v1/jobs/{id}/cancel", sealed)
        try await send("POST", "/v1/jobs/{id}/destroy-key", sealed, body: #"{"reason":"r"}"#)
        try await send("POST", "/v1/redact", body: #"{"reason":"r"}"#, status: 400)
        try await send("POST", "/v1/redact", body: #"{"jobs":["x"]}"#, status: 400)
        try await send("POST", "/v1/redact", body: #"{"jobs":["\#(made)","\#(nobody)"],"owner":"x"}"#)
        try await send("POST", "/v1/redact", body: #"{"jobs":["\#(done)"],"dry_run":true}"#)
        try await send("POST", "/v1/redact", body: #"{"jobs":["\#(done)"],"reason":"r","keep_traces":true}"#)
        try await send("GET", "/v1/jobs/{id}", done)
        try await send("POST", "/v1/jobs/{id}/retry", done, status: 410)
    }

    /// What is read of one job.
    func readOneJob() async throws {
        let large = "\"" + String(repeating: "x", count: 70_000) + "\""
        let job = try await server.engine.enqueue(
            EnqueueRequest(kind: "test.job", input: JSONText(unchecked: large), acceptsAnyKind: true)
        ).state.id
        let worker = try await HandWorker(server, job)
        let id = "\(job)"
        let shown = try await send("GET", "/v1/jobs/{id}", id)
        let digest = try #require(try shown.fields().object("input_ref")?.string("sha256"))
        try await send("GET", "/v1/jobs/{id}/payloads/{sha256}", id, digest)
        try await send("GET", "/v1/jobs/{id}/payloads/{sha256}", id, "none", status: 404)
        try await worker.save("a/b.txt", "0123", .text)
        try await send("GET", "/v1/jobs/{id}/artifacts", id)
        try await send("GET", "/v1/jobs/{id}/artifacts", id, "?limit=x", status: 400)
        let file = "/v1/jobs/{id}/artifacts/{name}"
        try await send("GET", file, id, "a/b.txt")
        try await send("GET", file, id, "a/b.txt", headers: ["Range": "bytes=1-2"], status: 206)
        try await send("GET", file, id, "a/b.txt", headers: ["If-None-Match": "*"], status: 304)
        try await send("GET", file, id, "a/b.txt", headers: ["Range": "bytes=9-"], status: 416)
        try await send("GET", file, id, "none", status: 404)
        try await worker.complete(#"{"rows":[1,2.5,null]}"#)
        try await send("GET", "/v1/jobs/{id}", id)
        try await send("GET", "/v1/jobs/{id}/sheet", id, "?logs=3")
        try await send("GET", "/v1/jobs/{id}/sheet", id, "?logs=x", status: 400)
        try await send("GET", "/v1/jobs", "?id=\(id.suffix(12))")
        let events = "/v1/jobs/{id}/events"
        try await send("GET", events, id, "?limit=2")
        try await send("GET", events, id, "?format=ndjson")
        let end = try await server.head()
        try await send("GET", events, id, "?format=sse&after=\(end)", status: 204)
        try await send("GET", events, id, "?after=999999", status: 409)
        try await send("GET", events, id, "?after=x", status: 400)
        try await send("GET", "/v1/jobs/{id}/stream", id, "?last_event_id=\(end)", status: 204)
        try await send("GET", "/v1/jobs/{id}/stream", id, "?last_event_id=x", status: 400)
        let durable = "/v1/jobs/{id}/durable-stream"
        let page = try await send("GET", durable, id)
        let tag = try #require(page.headers["etag"])
        try await send("GET", durable, id, headers: ["If-None-Match": tag], status: 304)
        try await send("GET", durable, id, "?offset=-1&live=sse")
        try await send("GET", durable, id, "?offset=now&live=long-poll", status: 204)
        try await send("GET", durable, id, "?offset=x", status: 400)
    }
}
