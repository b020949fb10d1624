import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Progress, lines and events of the application", .timeLimit(.minutes(1)))
struct NotesTests {
    @Test func `progress above its rate is merged, and the last value is kept`() async throws {
        let (isWaiting, gate) = (Milestone(), Milestone())
        try await TestEngine.runChores { _, context in
            for done in 1...100 { context.progress(done, of: 200) }
            isWaiting.reach()
            try await gate.wait()
            for done in 101...200 { context.progress(done, of: 200) }
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await isWaiting.wait()
            let first = try await bench.reached(.progressUpdated, of: handle.id)
            #expect([first].amounts == [.count(done: 1, total: 200)])
            try await bench.clock.timer(at: ManualClock.start + .milliseconds(100))
            #expect(try await bench.history(of: handle.id).amounts.count == 1)
            bench.clock.advance(by: .milliseconds(100))
            try await bench.reached(.progressUpdated, of: handle.id, count: 2)
            #expect(try await handle.state().progress == Progress(.count(done: 100, total: 200)))
            gate.reach()
            _ = try await handle.result()
            let history = try await bench.history(of: handle.id)
            #expect(
                history.amounts == [1, 100, 200].map { Progress.Amount.count(done: $0, total: 200) })
            #expect(history.suffix(2).map(\.event.kind) == [.progressUpdated, .jobCompleted])
        }
    }

    @Test func `steps in between do not raise the rate of progress`() async throws {
        try await TestEngine.runChores { _, context in
            for done in 1...30 {
                try await context.step("insert") {}
                context.progress(done, of: 30, phase: "inserting")
            }
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            #expect(
                try await bench.history(of: handle.id).amounts
                    == [.count(done: 1, total: 30), .count(done: 30, total: 30)])
        }
    }

    @Test func `the rate of progress can be chosen`() async throws {
        let clock = ManualClock()
        try await TestEngine.runChores(
            clock: clock, configure: { $0.progressPerSecond = 1000 },
            chore: { _, context in
                for done in 1...5 {
                    context.progress(fraction: Double(done) / 8)
                    clock.advance(by: .milliseconds(1))
                }
                return "done"
            },
            test: { bench in
                let handle = try await bench.engine.enqueue(Chore())
                _ = try await handle.result()
                #expect(
                    try await bench.history(of: handle.id).amounts
                        == [0.125, 0.25, 0.375, 0.5, 0.625].map(Progress.Amount.fraction))
            })
    }

    @Test func `lines keep their order and stand before the step that follows`() async throws {
        try await TestEngine.runChores { _, context in
            await context.log(.info, "before")
            await context.log(.debug, "just before", metadata: ["b": "2", "a": "1"])
            try await context.step("work") { await context.log(.warning, "within") }
            await context.log(.error, "after")
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            let history = try await bench.history(of: handle.id)
            #expect(
                history.map(\.event.kind) == [
                    .jobEnqueued, .jobStarted, .logWritten, .logWritten, .stepStarted, .logWritten,
                    .stepCompleted, .logWritten, .jobCompleted,
                ])
            #expect(history.lines == ["before", "just before", "within", "after"])
            let metadata = JSONText(unchecked: #"{"a":"1","b":"2"}"#)
            let line = LogWritten(level: .debug, message: "just before", metadata: metadata)
            #expect(history[3].event == .job(.logWritten(line)))
        }
    }

    @Test func `more lines than may be on their way wait, and none is lost`() async throws {
        try await TestEngine.runChores(configure: { $0.pendingNotes = 3 }) { _, context in
            for number in 1...200 { await context.log(.info, "\(number)") }
            return "done"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            #expect(try await bench.history(of: handle.id).lines == (1...200).map(String.init))
        }
    }

    @Test func `an event of the application's own is durable when the call returns`() async throws {
        try await TestEngine.runChores { _, context in
            try await context.emit("invoice.sent", Chore(name: "invoice 7"))
            let job = context.job
            return "\(job)"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            _ = try await handle.result()
            let payload = Payload.inline(JSONText(unchecked: #"{"name":"invoice 7"}"#))
            let emitted = AppEmitted(name: "invoice.sent", payload: payload)
            #expect(try await bench.history(of: handle.id)[2].event == .job(.appEmitted(emitted)))
        }
    }

    @Test func `an event of the application's own needs a name`() async throws {
        try await TestEngine.runChores { _, context in
            try await context.emit("", 1)
            return "never"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(retry: .atOnce))
            await #expect(throws: JobEnded.self) { try await handle.result() }
            #expect(try await bench.kinds(of: handle.id) == [.jobEnqueued, .jobStarted, .jobFailed])
        }
    }
}
