import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Enqueueing", .timeLimit(.minutes(1)))
struct EnqueueTests {
    @Test func `what was said about a job is recorded with it`() async throws {
        try await TestEngine.idle { engine in
            let options = EnqueueOptions(
                queue: "nightly", key: "report-7", priority: .high,
                notBefore: ManualClock.start + .seconds(60), tags: ["books", "october"], owner: "ana",
                retry: RetryPolicy.none)
            let handle = try await engine.enqueue(Chore(name: "sum up"), options, by: .person("ana"))
            let recorded = try #require(try await engine.history(of: handle.id).first)
            #expect(recorded.actor == .person("ana"))
            #expect(recorded.at == ManualClock.start)
            let event = JobEnqueued(
                kind: "test.chore", queue: "nightly", priority: .high,
                input: .inline(JSONText(unchecked: #"{"name":"sum up"}"#)),
                notBefore: ManualClock.start + .seconds(60), key: "report-7", owner: "ana",
                tags: ["books", "october"], retry: .none)
            #expect(recorded.event == .job(.enqueued(event)))
        }
    }

    @Test func `several jobs are enqueued together, with rising ids`() async throws {
        try await TestEngine.idle { engine in
            let handles = try await engine.enqueue(contentsOf: (1...100).map { Chore(name: "\($0)") })
            #expect(handles.count == 100)
            #expect(handles.map(\.id) == handles.map(\.id).sorted())
            #expect(try await engine.head() == EventLogPosition(100))
        }
    }

    @Test func `a batch with one job that is refused writes nothing`() async throws {
        try await TestEngine.idle { engine in
            let accepted = EnqueueRequest(kind: "test.chore", input: .emptyObject, acceptsAnyKind: true)
            let refused = EnqueueRequest(kind: "test.unheard-of", input: .emptyObject)
            await #expect(throws: EnqueueRejection.unknownKind("test.unheard-of")) {
                try await engine.enqueue(contentsOf: [accepted, refused, accepted])
            }
            let head = try await engine.head()
            #expect(head == .beginning)
            let counters = try await engine.log.read { try $0.counters() }
            #expect(counters.isEmpty)
        }
    }

    @Test func `an input above the limit is refused, and nothing of its batch is written`() async throws {
        try await TestEngine.idle(configure: { $0.log.payloadLimit = 50 }) { engine in
            let chores = [Chore(name: "small"), Chore(name: String(repeating: "large", count: 20))]
            let error = await #expect(throws: StoreError.self) {
                try await engine.enqueue(contentsOf: chores)
            }
            #expect(error?.code == .payloadTooLarge)
            #expect(error?.reason.contains("111 bytes of JSON and the limit is 50") == true)
            let head = try await engine.head()
            #expect(head == .beginning)
        }
    }

    @Test func `a key gives back the unfinished job of the same owner`() async throws {
        try await TestEngine.idle { engine in
            let options = EnqueueOptions(key: "ledger-10", owner: "ana")
            let first = try await engine.enqueue(Chore(name: "first"), options)
            let second = try await engine.enqueue(Chore(name: "second"), options)
            #expect(second.id == first.id)
            #expect(try await engine.kinds(of: first.id) == [.jobEnqueued])
            let ofBen = try await engine.enqueue(Chore(), EnqueueOptions(key: "ledger-10", owner: "ben"))
            #expect(ofBen.id != first.id)
            let batch = try await engine.enqueue(contentsOf: [Chore(), Chore()], options)
            #expect(batch.map(\.id) == [first.id, first.id])
            try await first.cancel(by: "ana")
            let third = try await engine.enqueue(Chore(name: "third"), options)
            #expect(third.id != first.id)
        }
    }

    @Test func `a request by name says whether the job is new`() async throws {
        try await TestEngine.idle { engine in
            let request = EnqueueRequest(
                kind: "any.kind", input: .emptyObject, handlerVersion: 3,
                options: EnqueueOptions(key: "once"), acceptsAnyKind: true)
            let first = try await engine.enqueue(request)
            let second = try await engine.enqueue(request)
            #expect(first.isNew)
            #expect(!second.isNew)
            #expect(second.state == first.state)
            #expect(first.state.origin.handlerVersion == 3)
        }
    }

    @Test func `a kind that nobody announced is refused until a worker announced it`() async throws {
        let store = InMemoryStore()
        let request = EnqueueRequest(kind: Chore.kind, input: JSONText(unchecked: #"{"name":"later"}"#))
        try await TestEngine.idle(over: store) { engine in
            await #expect(throws: EnqueueRejection.unknownKind(Chore.kind)) {
                try await engine.enqueue(request)
            }
            let head = try await engine.head()
            #expect(head == .beginning)
        }
        try await TestEngine.runChores(over: store) { chore, _ in
            chore.name
        } test: { bench in
            let job = try await bench.engine.enqueue(request)
            #expect(try await bench.engine.handle(job.state.id, as: Chore.self).result() == "later")
        }
    }

    @Test func `a job that does not exist is unknown`() async throws {
        try await TestEngine.idle { engine in
            let handle = engine.handle(JobID(high: 7, low: 7), as: Chore.self)
            await #expect(throws: JobRejection.unknownJob) { try await handle.state() }
            await #expect(throws: JobRejection.unknownJob) { try await handle.cancel(by: "ana") }
            await #expect(throws: JobRejection.unknownJob) { try await handle.result() }
        }
    }

    @Test func `a log that was closed refuses`() async throws {
        try await TestEngine.idle { engine in
            await engine.close()
            let error = await #expect(throws: StoreError.self) { try await engine.enqueue(Chore()) }
            #expect(error?.code == .closed)
        }
    }
}
