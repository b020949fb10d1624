import Foundation
import Holdfast
import HoldfastTesting
import Testing

/// The example of the page `Queues`, which is the body of the test word by word.
@Suite("The example of queues", .timeLimit(.minutes(1)))
struct QueueExampleTests {
    private struct Invoice: Job {
        static let kind: JobKind = "invoice"
        typealias Output = String
        var customer: String
    }

    private struct InvoiceHandler: JobHandler {
        func run(_ job: Invoice, _ context: JobContext) async throws -> String { "billed \(job.customer)" }
    }

    @Test func `the example runs`() async throws {
        let clock = ManualClock()
        // The example begins here.
        let engine = try JobEngine(InMemoryStore(), environment: .testing(clock: clock))
        try await engine.configure(
            "billing",
            QueueLimits(
                concurrency: 3,  // three at once, over all processes on the file
                rate: QueueRate(100, per: .seconds(1)),  // and a hundred starts a second
                perKey: 1))  // and one of each customer at once

        engine.register(InvoiceHandler(), on: "billing", concurrency: 8)
        let running = Task { try await engine.run() }
        let invoices = try await ["ada", "bob", "ada"].asyncMap { customer in
            try await engine.enqueue(
                Invoice(customer: customer),
                EnqueueOptions(queue: "billing", limitKey: LimitKey(rawValue: customer)))
        }

        try await engine.pauseQueue("billing", reason: "month-end", by: .person("ana"))
        let report = try await engine.queue("billing")
        print(report.state.pause?.reason ?? "goes on", report.jobs)
        try await engine.resumeQueue("billing", by: .person("ana"))
        for invoice in invoices { print(try await invoice.result()) }
        // The example ends here.
        #expect(report.state.pause?.reason == "month-end")
        #expect(report.jobs.values.reduce(0, +) == 3)
        #expect(try await invoices[2].result() == "billed ada")
        running.cancel()
        try await running.value
        await engine.close()
    }

    @Test func `the page shows what runs here`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        let page = try String(
            contentsOf: root.appending(path: "Docs/Holdfast.docc/Queues.md"), encoding: .utf8)
        let shown = try #require(page.firstMatch(of: #/```swift\n([\s\S]*?)```/#)?.1)
        let marks = #/The example begins here\.\n([\s\S]*?) *\/\/ The example ends here\./#
        let run = try #require(source.firstMatch(of: marks)?.1)
        func trimmed(_ text: Substring) -> [String] {
            text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(trimmed(shown) == trimmed(run))
    }
}

extension Array where Element: Sendable {
    fileprivate func asyncMap<Result>(
        _ transform: (Element) async throws -> Result
    ) async throws -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
