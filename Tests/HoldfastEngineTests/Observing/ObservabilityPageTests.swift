import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import MetricsTestKit
import Testing

/// The page of names is a contract: it says what the engine measures, and nothing else.
@Suite("The page of measurements")
struct ObservabilityPageTests {
    private struct Row: Hashable, CustomStringConvertible {
        let name: String
        let instrument: String
        let dimensions: [String]

        var description: String { "\(name) | \(instrument) | \(dimensions.joined(separator: ", "))" }
    }

    private static func page() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appendingPathComponent("Docs/Holdfast.docc/Observability.md")
        return try String(contentsOf: file, encoding: .utf8)
    }

    /// The cells of the tables' rows of which the first one is a name in code.
    private static func cells(of page: String, startingWith prefix: String) -> [[String]] {
        page.split(separator: "\n").filter { $0.hasPrefix("| `\(prefix)") }.map { line in
            line.split(separator: "|").map { cell in
                cell.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "`", with: "")
            }
        }
    }

    @Test func `the page lists every measurement with its instrument and dimensions`() throws {
        let rows = Self.cells(of: try Self.page(), startingWith: "holdfast_").map { cells in
            Row(
                name: cells[0], instrument: cells[1],
                dimensions: cells[2].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
        }
        let expected = MetricName.allCases.map {
            Row(name: $0.rawValue, instrument: $0.instrument.rawValue, dimensions: $0.dimensions)
        }
        #expect(rows.count == Set(rows).count)
        #expect(Set(rows) == Set(expected))
    }

    @Test func `a measurement means what the page says`() throws {
        let meanings = Self.cells(of: try Self.page(), startingWith: "holdfast_").map { [$0[0], $0[3]] }
        #expect(meanings == MetricName.allCases.map { [$0.rawValue, $0.meaning] })
    }

    @Test func `an engine makes the instruments of the page and no others`() async throws {
        let metrics = TestMetrics()
        let configure: (inout EngineConfiguration) -> Void = {
            $0.metrics = metrics
            // No other timer is due when this one is.
            $0.metricsInterval = .milliseconds(14_321)
        }
        try await TestEngine.runChores(configure: configure) { _, context in
            try await context.step("one") {}
            return "done"
        } test: { bench in
            _ = try await bench.engine.enqueue(Chore()).result()
            // The first look at the queues may have come before the job; one is over when the next is waited for.
            let interval = bench.engine.configuration.metricsInterval
            try await bench.clock.timer(at: bench.clock.timestamp + interval)
            bench.clock.advance(by: interval)
            try await bench.clock.timer(at: bench.clock.timestamp + interval)
        }
        var made: Set<Row> = []
        func note(_ label: String, _ dimensions: [(String, String)], _ instrument: String) {
            made.insert(Row(name: label, instrument: instrument, dimensions: dimensions.map(\.0)))
        }
        for counter in metrics.counters { note(counter.label, counter.dimensions, "counter") }
        for timer in metrics.timers { note(timer.label, timer.dimensions, "timer") }
        for recorder in metrics.recorders {
            note(recorder.label, recorder.dimensions, recorder.aggregate ? "recorder" : "gauge")
        }
        let promised = MetricName.allCases.map {
            Row(name: $0.rawValue, instrument: $0.instrument.rawValue, dimensions: $0.dimensions)
        }
        #expect(made == Set(promised))
    }

    @Test func `the page lists every attribute of a span`() throws {
        let names = Self.cells(of: try Self.page(), startingWith: "holdfast.").map { $0[0] }
        #expect(Set(names) == Set(SpanAttributeName.allCases.map(\.rawValue)))
    }
}
