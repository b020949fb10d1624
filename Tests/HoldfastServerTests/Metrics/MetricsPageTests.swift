import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import ServiceLifecycle
import Testing

@Suite("The page of measurements over HTTP", .timeLimit(.minutes(1)))
struct MetricsPageTests {
    @Test func `after a job ran every documented name is there, with what it measures`() async throws {
        try await TestServer.run(metrics: PrometheusMetrics()) { server in
            try await server.runOneJob()
            let answer = try await server.send("GET", "/metrics")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(answer.headers["cache-control"] == "no-store")
            let page = try PrometheusPage(parsing: answer.body)
            // A store in memory has no write-ahead log.
            let absent = page.families["holdfast_wal_bytes"] == nil ? ["holdfast_wal_bytes"] : []
            #expect(
                Set(page.families.keys) == Set(MetricName.allCases.map(\.rawValue)).subtracting(absent))
            for name in MetricName.allCases {
                guard let family = page.families[name.rawValue] else { continue }
                #expect(family.help == name.meaning)
                #expect(family.type == type(of: name.instrument))
                for (sample, _) in family.samples {
                    #expect(Set(sample.labels.keys).subtracting(["le"]) == Set(name.dimensions))
                }
            }
            let lane = ["kind": "test.metered", "queue": "default"]
            #expect(page.value("holdfast_jobs_completed_total", lane) == 1)
            #expect(page.value("holdfast_steps_completed_total", lane) == 1)
            #expect(page.value("holdfast_job_wait_seconds_count", lane) == 1)
            let end = lane.merging(["end": "completed"]) { $1 }
            #expect(page.value("holdfast_run_duration_seconds_count", end) == 1)
            #expect(page.value("holdfast_streams_open") == 0)
        }
    }

    @Test func `it is read, not written, and hidden from other hosts`() async throws {
        try await TestServer.run(metrics: PrometheusMetrics()) { server in
            let problem = try await server.send("POST", "/metrics")
            #expect(problem.status == 405)
            #expect(problem.headers["allow"] == "GET, HEAD")
            let head = try await server.send("HEAD", "/metrics")
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            let foreign = try await server.send("GET", "/metrics", headers: ["Host": "example.com"])
            #expect(try foreign.problem().kind == .wrongHost)
        }
    }

    @Test func `a server without measurements has no such page`() async throws {
        try await TestServer.run { server in
            let answer = try await server.send("GET", "/metrics")
            #expect(try answer.problem().kind == .unknownRoute)
        }
    }

    private func type(of instrument: MetricName.Instrument) -> String {
        switch instrument {
        case .counter: "counter"
        case .gauge: "gauge"
        case .timer, .recorder: "histogram"
        }
    }
}

private struct MeteredJob: Job {
    typealias Output = String
    static let kind: JobKind = "test.metered"
}

private struct MeteredHandler: JobHandler {
    func run(_ job: MeteredJob, _ context: JobContext) async throws -> String {
        try await context.step("one") { "done" }
    }
}

extension TestServer {
    /// Runs the engine until one job has ended and the queues were looked at.
    fileprivate func runOneJob() async throws {
        engine.register(MeteredHandler())
        try await withThrowingTaskGroup { group in
            group.addTask { [engine] in try await engine.run() }
            _ = try await engine.enqueue(MeteredJob()).result()
            // The first look at the queues is over when the next one is waited for.
            try await clock.timer(at: clock.timestamp + engine.configuration.metricsInterval)
            group.cancelAll()
        }
    }
}
