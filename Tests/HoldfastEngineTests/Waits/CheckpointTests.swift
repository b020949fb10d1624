import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Checkpoints", .timeLimit(.minutes(1)))
struct CheckpointTests {
    /// Asks once, between two steps, and says what was decided.
    @Sendable private static func ask(_ job: Chore, _ context: JobContext) async throws -> String {
        try await context.step("before") {}
        let decision = try await context.checkpoint("gate", summary: ["total": 12], timeout: .seconds(3600))
        try await context.step("after") {}
        return "\(decision.choice.rawValue) by \(decision.actor.id): \(decision.reason ?? "-")"
    }

    @Test func `a job waits without a lease, and goes on in the same attempt when it is approved`()
        async throws
    {
        try await TestEngine.runChores(chore: Self.ask) { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await bench.reached(.checkpointOpened, of: handle.id)
            try await bench.park(handle.id)
            let waiting = try await handle.state()
            #expect(waiting.phase.name == .waiting)
            #expect(try await bench.engine.log.read { try $0.leases() }.isEmpty)
            let decision = try await handle.decide(.approve, "gate", by: "ana", reason: "checked")
            #expect(decision.isApproved)
            #expect(try await handle.result() == "approve by ana: checked")
            #expect(try await handle.state().attempt == 1)
            #expect(
                try await bench.kinds(of: handle.id) == [
                    .jobEnqueued, .jobStarted, .stepStarted, .stepCompleted, .checkpointOpened, .jobWaiting,
                    .checkpointDecided, .jobResumed, .jobStarted, .stepStarted, .stepCompleted, .jobCompleted,
                ])
        }
    }

    @Test func `a decision that comes at once finds the handler where it is`() async throws {
        try await TestEngine.runChores(chore: Self.ask) { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await bench.reached(.checkpointOpened, of: handle.id)
            try await handle.decide(.reject, "gate", by: "bo")
            #expect(try await handle.result() == "reject by bo: -")
            #expect(try await !bench.kinds(of: handle.id).contains(.jobWaiting))
        }
    }

    @Test func `the first decision counts, an equal one says so, a different one is refused and recorded`()
        async throws
    {
        try await TestEngine.runChores(chore: Self.ask) { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await bench.reached(.checkpointOpened, of: handle.id)
            let first = try await handle.decide(.approve, "gate", by: "ana")
            #expect(try await handle.decide(.approve, "gate", by: "bo") == first)
            let conflict = await #expect(throws: CheckpointConflict.self) {
                try await handle.decide(.reject, "gate", by: "bo", reason: "too fast")
            }
            #expect(conflict?.first == first)
            _ = try await handle.result()
            // Also after the end.
            await #expect(throws: CheckpointConflict.self) {
                try await handle.decide(.reject, "gate", by: "cy")
            }
            #expect(try await handle.decide(.approve, "gate", by: "cy") == first)
            let kinds = try await bench.kinds(of: handle.id)
            #expect(kinds.count { $0 == .checkpointDecided } == 1)
            #expect(kinds.count { $0 == .checkpointRefused } == 2)
        }
    }

    @Test func `a checkpoint that the job never opened cannot be decided`() async throws {
        try await TestEngine.runChores(chore: Self.ask) { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await bench.reached(.checkpointOpened, of: handle.id)
            await #expect(throws: JobRejection.unknownCheckpoint("door")) {
                try await handle.decide(.approve, "door", by: "ana")
            }
            try await handle.decide(.approve, "gate", by: "ana")
            _ = try await handle.result()
        }
    }

    @Test func `a deadline that passed while nothing ran fires once, at the next start`() async throws {
        let store = InMemoryStore()
        let clock = ManualClock()
        var id: JobID?
        try await TestEngine.runChores(over: store, clock: clock, chore: Self.ask) { bench in
            let handle = try await bench.engine.enqueue(Chore())
            id = handle.id
            try await bench.reached(.checkpointOpened, of: handle.id)
            try await bench.park(handle.id)
        }
        clock.advance(by: .seconds(7200))
        try await TestEngine.runChores(over: store, clock: clock, chore: Self.ask) { bench in
            let handle = bench.engine.handle(try #require(id), as: Chore.self)
            let result = try await handle.result()
            #expect(result.hasPrefix("reject by ") && result.hasSuffix(": deadline"))
            let history = try await bench.history(of: handle.id)
            let expired = history.filter { $0.event.kind == .checkpointExpired }
            #expect(expired.count == 1)
            #expect(expired.first?.at == clock.timestamp)
        }
    }

    @Test func `a deadline is never early`() async throws {
        try await TestEngine.runChores(chore: Self.ask) { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await bench.reached(.checkpointOpened, of: handle.id)
            try await bench.park(handle.id)
            let due = ManualClock.start + .seconds(3600)
            // The alarm looks at the clock each minute, because it may be set.
            while bench.clock.timestamp < Timestamp(microseconds: due.microseconds - 1) {
                try await bench.clock.advanceToNextTimer()
                if bench.clock.timestamp < due {
                    #expect(try await handle.state().phase.name == .waiting)
                }
            }
            _ = try await handle.result()
            let expired = try await bench.reached(.checkpointExpired, of: handle.id)
            #expect(expired.at >= due)
        }
    }

    @Test func `a job may fail at the deadline, or count as approved`() async throws {
        try await TestEngine.runChores { chore, context in
            let action = DeadlineAction(rawValue: chore.name) ?? .reject
            return try await context.checkpoint("gate", timeout: .milliseconds(10), onDeadline: action).choice
                .rawValue
        } test: { bench in
            let approved = try await bench.engine.enqueue(Chore(name: "approve"))
            let failed = try await bench.engine.enqueue(Chore(name: "fail"))
            try await bench.reached(.checkpointOpened, of: failed.id)
            try await bench.reached(.checkpointOpened, of: approved.id)
            try await bench.clock.timer(at: ManualClock.start + .milliseconds(10))
            bench.clock.advance(by: .milliseconds(10))
            #expect(try await approved.result() == "approve")
            let error = await #expect(throws: JobEnded.self) { _ = try await failed.result() }
            guard case .failed(_, let failure, .discarded) = error?.phase else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(failure.type == "CheckpointTimeout")
        }
    }

    @Test func `several are open at once in one job, and each is decided by its name`() async throws {
        try await TestEngine.runChores { _, context in
            async let left = context.checkpoint("left")
            async let right = context.checkpoint("right")
            return try await "\(left.choice.rawValue), \(right.choice.rawValue)"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await bench.reached(.checkpointOpened, of: handle.id, count: 2)
            try await bench.park(handle.id)
            #expect(
                try await bench.engine.openCheckpoints().map(\.record.key.name).sorted() == ["left", "right"])
            try await handle.decide(.reject, "right", by: "ana")
            try await bench.park(handle.id, count: 2)
            #expect(try await bench.engine.openCheckpoints().map(\.record.key.name) == ["left"])
            try await handle.decide(.approve, "left", by: "ana")
            #expect(try await handle.result() == "approve, reject")
        }
    }

    @Test func `a cancelled job's checkpoint waits for nobody, and a new life asks again`() async throws {
        try await TestEngine.runChores(chore: Self.ask) { bench in
            let handle = try await bench.engine.enqueue(Chore())
            try await bench.reached(.checkpointOpened, of: handle.id)
            try await bench.park(handle.id)
            try await handle.cancel(by: "ana")
            #expect(try await bench.engine.openCheckpoints().isEmpty)
            await #expect(throws: JobRejection.ended(.cancelled)) {
                try await handle.decide(.approve, "gate", by: "ana")
            }
            try await bench.engine.steer(.retry(reason: nil), handle.id, by: .person("ana"))
            try await bench.reached(.checkpointOpened, of: handle.id, count: 2)
            try await handle.decide(.approve, "gate", by: "ana")
            #expect(try await handle.result() == "approve by ana: -")
        }
    }

    @Test func `a checkpoint that nobody else may open twice at once is refused`() async throws {
        try await TestEngine.runChores { _, context in
            try await withThrowingTaskGroup { group in
                for _ in 1...2 { group.addTask { try await context.checkpoint("gate").choice.rawValue } }
                defer { group.cancelAll() }
                do {
                    return try await group.next() ?? "no"
                } catch let misuse as WaitMisuse {
                    return misuse.description
                }
            }
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore())
            #expect(try await handle.result().contains("different names"))
        }
    }

    @Test func `a waiting job gives its place back at once`() async throws {
        try await TestEngine.runChores(concurrency: 1) { chore, context in
            if chore.name == "asks" { _ = try await context.checkpoint("gate") }
            return chore.name
        } test: { bench in
            let asks = try await bench.engine.enqueue(Chore(name: "asks"))
            try await bench.reached(.checkpointOpened, of: asks.id)
            // The clock stands still, so the lease of the first one is still held.
            #expect(try await bench.engine.enqueue(Chore(name: "next")).result() == "next")
            #expect(try await asks.state().phase.name == .running)
            try await asks.decide(.approve, "gate", by: "ana")
            #expect(try await asks.result() == "asks")
        }
    }
}
