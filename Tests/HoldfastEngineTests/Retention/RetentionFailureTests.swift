import HoldfastCore
import HoldfastEngine
import HoldfastTesting
import MetricsTestKit
import Testing

/// A look for jobs to prune that fails is said and taken again, and keeps nothing else from going on (P11).
@Suite("Retention that fails", .timeLimit(.minutes(1)))
struct RetentionFailureTests {
    @Test func `a failure is counted, jobs run on, and a minute later it looks again`() async throws {
        let metrics = TestMetrics()
        func failures() throws -> Int64 {
            try metrics.expectCounter(MetricName.retentionRuns.rawValue, [("outcome", "failed")]).totalValue
        }
        // A store in memory keeps everything.
        try await TestEngine.runChores {
            $0.metrics = metrics
            $0.retention = RetentionPolicy([RetentionRule(newest: 1)], every: .seconds(7_201))
        } chore: { _, _ in
            "done"
        } test: { bench in
            for count in 1...2 {
                let next = bench.clock.timestamp + .seconds(60)
                try await bench.clock.timer(at: next)
                #expect(try failures() == count)
                #expect(try await bench.engine.enqueue(Chore()).result() == "done")
                bench.clock.advance(to: .init(next))
            }
        }
    }
}
