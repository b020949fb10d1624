import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Synchronization
import Testing

/// Values of a job that asked for it are in the log as encrypted bytes, and handlers do not notice.
@Suite("Encryption", .timeLimit(.minutes(1)))
struct EncryptionTests {
    private static let secret = "Rumpelstiltskin"

    private var options: EnqueueOptions { EnqueueOptions(isEncrypted: true) }

    /// Runs a job that passes the secret on in every way in which a job can.
    private func run(
        over store: InMemoryStore = InMemoryStore(), test: (TestEngine) async throws -> Void
    ) async throws {
        try await TestEngine.run(
            over: store,
            register: { engine in
                engine.register(
                    ChoreHandler { chore, context in
                        let name = try await context.step("ask") { chore.name }
                        try await context.emit("guess", name)
                        let child = try await context.spawn(Errand(name: name), as: "helper")
                        _ = try await child.result()
                        let told = try await context.signal("told", as: String.self)
                        let decision = try await context.checkpoint("gate", summary: name)
                        let value = try JobCoding.decode(decision.value) as String
                        return try await context.step("tell") { name + told + value }
                    })
                engine.register(
                    ErrandHandler { errand, context in _ = try await context.step("run") { errand.name } })
            }, test: test)
    }

    private func finished(_ bench: TestEngine) async throws -> JobHandle<Chore> {
        let job = try await bench.engine.enqueue(Chore(name: Self.secret), options)
        try await bench.engine.signal("told", .string(Self.secret), to: job.id, by: .person("ana"))
        try await bench.reached(.checkpointOpened, of: job.id)
        try await bench.engine.decide(
            .approve, "gate", of: job.id, by: .person("ana"), value: .string(Self.secret))
        #expect(try await job.result() == Self.secret + Self.secret + Self.secret)
        return job
    }

    @Test func `what a job is given and gives is not in the log, and its handler reads it`() async throws {
        try await run { bench in
            let job = try await finished(bench)
            #expect(try await job.state().origin.isEncrypted)
            let events = try await bench.engine.log.read { try $0.events(EventQuery(limit: 1_000)).events }
            #expect(events.count >= 20)
            #expect(events.allSatisfy { !$0.data.text.contains(Self.secret) })
            #expect(events.count { $0.data.text.contains(#"{"encrypted":"v1:"#) } == 11)
        }
    }

    @Test func `without the key nobody reads the values, and the log is as it was`() async throws {
        try await run { bench in
            let job = try await finished(bench)
            let before = try await bench.engine.log.read { try $0.events(EventQuery(limit: 1_000)).events }
            try await bench.engine.destroyKey(of: job.id, reason: "request 17", by: .person("ana"))
            await #expect(throws: EncryptionFault.keyDestroyed(job.id)) { try await job.result() }
            let after = try await bench.engine.log.read { try $0.events(EventQuery(limit: 1_000)).events }
            #expect(Array(after.prefix(before.count)) == before)
            #expect(after.dropFirst(before.count).map(\.kind) == ["engine.keyDestroyed"])
            // A second time there is nothing more to destroy.
            try await bench.engine.destroyKey(of: job.id, by: .person("ana"))
            // Another life of it cannot read its input.
            try await bench.engine.steer(.retry(reason: nil), job.id, by: .person("ana"))
            let failed = try await bench.reached(.jobFailed, of: job.id)
            guard case .job(.failed(let event)) = failed.event else { return }
            #expect(event.failure.type == "EncryptionFault")
        }
    }

    @Test func `only the key of an encrypted job that has ended is destroyed`() async throws {
        try await run { bench in
            let plain = try await bench.engine.enqueue(Errand())
            _ = try await plain.result()
            await #expect(throws: JobRejection.notEncrypted) {
                try await bench.engine.destroyKey(of: plain.id)
            }
            let job = try await bench.engine.enqueue(Chore(), options)
            await #expect(throws: RedactionRefusal.unfinished) {
                try await bench.engine.destroyKey(of: job.id)
            }
            let unknown = JobID(high: 1, low: 2)
            await #expect(throws: JobRejection.unknownJob) { try await bench.engine.destroyKey(of: unknown) }
        }
    }

    @Test func `a fork reads what it reuses with the first job's key, until that is destroyed`() async throws
    {
        try await run { bench in
            let job = try await finished(bench)
            let fork = try await bench.engine.fork(job.id, at: StepKey("tell"), by: .person("ana")).state
            #expect(fork.origin.isEncrypted)
            try await bench.engine.signal("told", .string("a"), to: fork.id, by: .person("ana"))
            try await bench.reached(.checkpointOpened, of: fork.id)
            try await bench.engine.decide(
                .approve, "gate", of: fork.id, by: .person("ana"), value: .string("b"))
            let handle = bench.engine.handle(fork.id, as: Chore.self)
            #expect(try await handle.result() == Self.secret + "ab")
            try await bench.engine.destroyKey(of: job.id)
            #expect(try await handle.result() == Self.secret + "ab")
            let again = try await bench.engine.fork(fork.id, at: StepKey("tell"), by: .person("ana")).state
            let failed = try await bench.reached(.jobFailed, of: again.id)
            guard case .job(.failed(let event)) = failed.event else { return }
            #expect(event.failure.type == "EncryptionFault")
        }
    }

    @Test func `a value that looks encrypted and is not stays as it was given`() async throws {
        let text = #"{"encrypted":"v1:\#(JobID(high: 1, low: 2)):AAAA"}"#
        try await TestEngine.runChores { chore, _ in
            chore.name
        } test: { bench in
            let plain = try await bench.engine.enqueue(Chore(name: text))
            #expect(try await plain.result() == text)
            let encrypted = try await bench.engine.enqueue(Chore(name: text), options)
            #expect(try await encrypted.result() == text)
        }
    }

    @Test func `a signal that is sent again is known by its content`() async throws {
        try await run { bench in
            let job = try await bench.engine.enqueue(Chore(), options)
            let request = RequestKey(unchecked: "one")
            for _ in 0..<2 {
                try await bench.engine.signal(
                    "told", .string("a"), to: job.id, by: .person("ana"), request: request)
            }
            await #expect(throws: JobRejection.requestReused(request)) {
                try await bench.engine.signal(
                    "told", .string("b"), to: job.id, by: .person("ana"), request: request)
            }
        }
    }

    @Test func `bytes that were changed are noticed`() async throws {
        let (store, clock) = (InMemoryStore(), ManualClock())
        try await TestEngine.idle(over: store, clock: clock) { engine in
            let job = JobID(high: 1, low: 2)
            let payload = try await engine.log.payload(
                .string(Self.secret), encryptedFor: job, creating: true)
            #expect(
                try await engine.log.value(of: payload.payload, isEncrypted: true) == .string(Self.secret))
            guard case .inline(let value) = payload.payload else { return }
            let other = value.text.replacing("v1:\(job):", with: "v1:\(job):AAAA")
            await #expect(throws: EncryptionFault.damaged(job)) {
                try await engine.log.value(of: .inline(JSONText(unchecked: other)), isEncrypted: true)
            }
            await #expect(throws: EncryptionFault.keyMissing(JobID(high: 3, low: 4))) {
                try await engine.log.payload(.null, encryptedFor: JobID(high: 3, low: 4))
            }
        }
    }
}
