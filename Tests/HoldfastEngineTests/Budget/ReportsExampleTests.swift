import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import ReportsExample
import Testing

/// The example of the documentation, run.
@Suite("The example of artifacts and budgets", .timeLimit(.minutes(1)))
struct ReportsExampleTests {
    @Test
    func
        `a report stops at its budget, keeps its chapters, and is finished by another engine once it may cost more`()
        async throws
    {
        let store = InMemoryStore()
        let clock = ManualClock()
        let asked = Trace<String>()
        let handler = WriteReportHandler { topic in
            asked.add(topic)
            return Draft(text: "# \(topic)\n", price: 0.3)
        }
        var found: JobID?
        try await TestEngine.run(over: store, clock: clock) {
            $0.register(handler)
        } test: { bench in
            let budget = JobBudget(limit: 1, unit: "usd", policy: .pause)
            let handle = try await bench.engine.enqueue(
                WriteReport(topics: ["a", "b", "c", "d", "e"]), EnqueueOptions(budget: budget))
            found = handle.id
            try await bench.reached(.jobPaused)
            let costs = try await handle.state().costs
            #expect(costs.spentOfBudget == 1.2 && costs.isWarned && costs.isExhausted)
            #expect(
                try await handle.artifacts().map(\.name.rawValue) == [
                    "chapters/a.md", "chapters/b.md", "chapters/c.md", "chapters/d.md",
                ])
        }
        let job = try #require(found)
        try await TestEngine.run(over: store, clock: clock) {
            $0.register(handler)
        } test: { bench in
            try await bench.engine.raiseBudget(
                of: job, to: 2, resuming: true, by: .person("ana"), reason: "nearly done")
            let handle = bench.engine.handle(job, as: WriteReport.self)
            let text = "# a\n# b\n# c\n# d\n# e\n"
            #expect(try await handle.result() == SHA256Sum(of: text).hexadecimal)
            #expect(asked.elements == ["a", "b", "c", "d", "e"])
            #expect(try await handle.state().costs.spentOfBudget == 1.5)
            let report = try #require(try await handle.artifacts().last)
            var bytes: [UInt8] = []
            for try await chunk in bench.engine.content(of: report) { bytes += chunk }
            #expect(String(decoding: bytes, as: UTF8.self) == text)
        }
    }
}
