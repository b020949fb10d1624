import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Testing

// Everything but jobs, as far as the document describes it.
extension OpenAPIExchange {
    func decideCheckpoints() async throws {
        let due = server.clock.timestamp + .seconds(60)
        let job = try await server.asking(summary: #"{"total":7}"#, until: due, onDeadline: .approve)
        let id = "\(job)"
        try await send("GET", "/v1/checkpoints", "?limit=9")
        try await send("GET", "/v1/checkpoints", "?at=9")
        try await send("GET", "/v1/checkpoints", "?after=x", status: 400)
        try await send("GET", "/v1/checkpoints", "?at=999999999", status: 400)
        try await send("GET", "/v1/jobs/{id}/checkpoints", id)
        try await send("GET", "/v1/jobs/{id}/checkpoints", "x", status: 404)
        let approval = #"{"decision":"approve","reason":"checked","data":{"n":1}}"#
        let rejection = #"{"decision":"reject"}"#
        let (one, other) = (
            "/v1/jobs/{id}/checkpoints/{name}", "/v1/jobs/{id}/checkpoints/{name}/{occurrence}"
        )
        try await send("POST", one, id, "gate", body: approval)
        try await send("POST", other, id, "gate", "1", body: approval)
        try await send("POST", other, id, "gate", "1", body: rejection, status: 409)
        try await send("POST", one, id, "none", body: rejection, status: 404)
        try await send("POST", one, id, "gate", body: #"{"decision":"maybe"}"#, status: 400)
        try await send("GET", "/v1/jobs/{id}/checkpoints", id)
    }

    func keepSchedules() async throws {
        let job = #"{"kind":"test.job","any_kind":true,"tags":["t"],"budget":{"limit":1,"unit":"usd"}}"#
        let path = "/v1/schedules/{name}"
        try await send(
            "PUT", path, "nightly",
            body: #"{"cron":"0 3 * * *","zone":"UTC","overlap":"queue_one","missed":"all","job":\#(job)}"#)
        try await send("PUT", path, "often", body: #"{"every_seconds":60,"job":\#(job)}"#)
        try await send("PUT", path, "often", body: #"{"cron":"no","job":\#(job)}"#, status: 400)
        for verb in ["run", "pause", "resume"] {
            try await send("POST", "\(path)/\(verb)", "often", body: #"{"reason":"r"}"#)
            try await send("POST", "\(path)/\(verb)", "none", status: 404)
        }
        try await send("GET", path, "often", "?times=2")
        try await send("GET", path, "none", status: 404)
        try await send("GET", "/v1/schedules", "?limit=1")
        try await send("GET", "/v1/schedules", "?limit=x", status: 400)
        try await send("DELETE", path, "often", body: #"{"reason":"r"}"#, status: 204)
        try await send("DELETE", path, "often", status: 404)
    }

    func changeQueues() async throws {
        let limits =
            #"{"concurrency":3,"per_process":2,"rate":{"jobs":10,"window_us":1000000},"weight":2,"per_key":1}"#
        let path = "/v1/queues/{name}"
        try await send("PUT", path, "imports", body: limits)
        try await send("PUT", path, "imports", body: #"{"weight":-1}"#, status: 400)
        for verb in ["pause", "resume", "pause"] {
            try await send("POST", "\(path)/\(verb)", "imports", body: #"{"reason":"r"}"#)
            try await send("POST", "\(path)/\(verb)", "imports", body: "[]", status: 400)
        }
        try await send("PATCH", path, "imports", body: #"{"concurrency":null,"weight":4}"#)
        try await send("PATCH", path, "imports", body: #"{"speed":4}"#, status: 400)
        try await send("GET", path, "imports")
        try await send("GET", path, "imports", "?x=1", status: 400)
        try await send("GET", "/v1/queues")
        try await send("GET", "/v1/queues", "?x=1", status: 400)
    }

    func steerManyJobs() async throws {
        let filter = #""filter":{"state":["queued"],"kind":"a","queue":"b","tag":"c","owner":"d"}"#
        try await send("POST", "/v1/bulk", body: #"{"command":"cancel","dry_run":true,\#(filter)}"#)
        let started = try await send(
            "POST", "/v1/bulk", body: #"{"command":"retry","reason":"r","spread":1.5,\#(filter)}"#,
            status: 202)
        try await send(
            "POST", "/v1/bulk", body: #"{"command":"reprioritise","priority":5,"filter":{}}"#, status: 202)
        try await send("POST", "/v1/bulk", body: #"{"command":"retry"}"#, status: 400)
        let id = try #require(try started.fields().string("id"))
        try await send("GET", "/v1/bulk/{id}", id)
        try await send("GET", "/v1/bulk/{id}", "none", status: 404)
        try await send("GET", "/v1/bulk", "?limit=9")
        try await send("GET", "/v1/bulk", "?limit=x", status: 400)
        try await server.engine.bulkHandle(BulkID(unchecked: id)).result()
        try await send("GET", "/v1/bulk/{id}", id)
    }

    func auditAndPrune() async throws {
        let rule = #"{"kind":"a","states":["failed"],"older_than_seconds":60,"keep":1,"keep_bytes":9}"#
        try await send(
            "POST", "/v1/prune", body: #"{"rules":[\#(rule)],"reason":"r","dry_run":true}"#)
        try await send("POST", "/v1/prune", body: #"{"rules":[]}"#, status: 400)
        let head = "1-" + String(repeating: "0", count: 64)
        try await send("POST", "/v1/verify", body: #"{"head":"\#(head)","thorough":true}"#)
        try await send("POST", "/v1/verify", body: #"{"head":"x"}"#, status: 400)
        try await send("POST", "/v1/rebuild", body: #"{"dry_run":true}"#)
        try await send("POST", "/v1/rebuild", body: #"{"x":1}"#, status: 400)
    }

    func showClients() async throws {
        for name in ["holdfast.js", "holdfast-react.js", "holdfast-vue.js", "holdfast.py"] {
            let path = "/v1/clients/\(name)"
            let tag = try #require(try await send("GET", path).headers["etag"])
            try await send("GET", path, headers: ["If-None-Match": tag], status: 304)
            try await send("GET", path, headers: ["Host": "example.com"], status: 421)
        }
    }

    func lookAtServer() async throws {
        for path in ["/healthz", "/readyz", "/metrics", "/v1/openapi.json"] {
            try await send("GET", path)
            try await send("GET", path, headers: ["Host": "example.com"], status: 421)
        }
        try await send("GET", "/v1/openapi.json", "?x=1", status: 400)
        try await send("GET", "/v1/head")
        try await send("GET", "/v1/head", "?x=1", status: 400)
        try await send("GET", "/v1/stats", "?at=1")
        try await send("GET", "/v1/stats", "?at=999999999", status: 400)
        try await send("GET", "/v1/actors", "?engines=1&limit=1000")
        try await send("GET", "/v1/actors", "?actor=local&kind=job.paused,queue.paused&limit=1&after=3")
        try await send("GET", "/v1/actors", "?kind=step.started", status: 400)
        try await send("GET", "/v1/stats")
        try await send("GET", "/v1/stats", "?x=1", status: 400)
        let job = "\(try await server.enqueue())"
        try await send("POST", "/v1/stream-tokens", body: #"{"job":"\#(job)"}"#, status: 201)
        try await send("POST", "/v1/stream-tokens", body: #"{"job":"x"}"#, status: 400)
        try await send("GET", "/v1/stream", "?from=start&format=json&types=job.enqueued&job=\(job)")
        try await send("GET", "/v1/stream", "?from=start&format=ndjson")
        try await send("GET", "/v1/stream", "?wait=0")
        try await send("GET", "/v1/stream", "?kind=", status: 400)
        try await send("GET", "/v1/stream", "?format=json&last_event_id=999999", status: 409)
        server.server.streams.drain()
        try await send("GET", "/readyz", status: 503)
        try await send("GET", "/v1/jobs/{id}/stream", job, status: 503)
    }
}
