import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import InMemoryTracing
import Testing
import Tracing

@Suite("Traces", .timeLimit(.minutes(1)))
struct TracingTests {
    @Test func `a job's run belongs to whoever enqueued it, and its steps to the run`() async throws {
        let tracer = InMemoryTracer()
        try await TestEngine.runChores(configure: { $0.tracer = tracer }) { _, context in
            try await context.step("parse") {}
            try await context.step("parse") {}
            return "done"
        } test: { bench in
            let handle = try await tracer.withSpan("request") { _ in
                try await bench.engine.enqueue(Chore())
            }
            _ = try await handle.result()
            try await bench.settle()
            let request = try tracer.only("request")
            let enqueue = tracer.spans("enqueue test.chore", in: request.traceID)
            let run = tracer.spans("run test.chore", in: request.traceID)
            let steps = tracer.spans("step parse", in: request.traceID)
            try #require(enqueue.count == 1 && run.count == 1 && steps.count == 2)
            #expect(enqueue[0].parentSpanID == request.spanID)
            #expect(enqueue[0].kind == .producer)
            #expect(run[0].parentSpanID == enqueue[0].spanID)
            #expect(run[0].kind == .consumer)
            #expect(steps.allSatisfy { $0.parentSpanID == run[0].spanID })
            #expect(run[0].text(.job) == "\(handle.id)")
            #expect(run[0].text(.worker) == "worker/default")
            #expect(steps.map { $0.text(.stepOccurrence) }.sorted() == ["1", "2"])
            let carried = try await handle.state().origin.trace
            #expect(carried?.values[InMemoryTracer.spanIDKey] == enqueue[0].spanID)
        }
    }

    @Test func `a run after a crash links to the same parent, in another process as well`() async throws {
        let (store, tracer) = (InMemoryStore(), InMemoryTracer())
        try await TestEngine.runStuckChore(over: store, configure: { $0.tracer = tracer }) { dead, handle in
            store.declareDead(dead.engine.id)
            let enqueue = try tracer.only("enqueue test.chore")
            let fresh = InMemoryTracer()
            try await TestEngine.runChores(over: store, configure: { $0.tracer = fresh }) { _, _ in
                "taken over"
            } test: { other in
                try await other.reached(.jobCompleted, of: handle.id)
                let run = try fresh.only("run test.chore")
                #expect(run.traceID == enqueue.traceID)
                #expect(run.parentSpanID == enqueue.spanID)
            }
        }
    }

    @Test func `an error is on the spans of its step and run, an outcome is none`() async throws {
        let tracer = InMemoryTracer()
        try await TestEngine.runChores(configure: { $0.tracer = tracer }) { chore, context in
            try await context.step("dial") {
                if chore.name == "fails" { throw Mishap() }
                if chore.name == "snoozes" { throw JobOutcome.discard("enough") }
            }
            return "done"
        } test: { bench in
            for name in ["fails", "snoozes"] {
                let handle = try await bench.engine.enqueue(
                    Chore(name: name), EnqueueOptions(retry: .some(.none)))
                await #expect(throws: JobEnded.self) { try await handle.result() }
                let carried = try await handle.state().origin.trace
                let trace = try #require(carried?.values[InMemoryTracer.traceIDKey])
                for operation in ["step dial", "run test.chore"] {
                    let span = try #require(tracer.spans(operation, in: trace).first)
                    #expect(span.errors.count == (name == "fails" ? 1 : 0))
                    #expect(span.status?.code == (name == "fails" ? .error : nil))
                    #expect(span.text(.end) == (name == "fails" ? "" : "discarded"))
                }
            }
        }
    }

    @Test func `a child belongs to the run of its parent`() async throws {
        let tracer = InMemoryTracer()
        try await TestEngine.runChores(configure: { $0.tracer = tracer }) { chore, context in
            guard chore.name == "parent" else { return "done" }
            _ = try await context.spawn(Chore(name: "child"))
            return "done"
        } test: { bench in
            let parent = try await bench.engine.enqueue(Chore(name: "parent"))
            _ = try await parent.result()
            try await bench.reached(.jobCompleted, count: 2)
            let trace = try #require(try await parent.state().origin.trace)
            let runs = tracer.spans("run test.chore", in: trace.values[InMemoryTracer.traceIDKey] ?? "")
            #expect(runs.count == 2)
            let parents = Set(runs.map(\.spanID))
            #expect(runs.count { parents.contains($0.parentSpanID ?? "") } == 1)
        }
    }

    @Test func `a batch has one span, and each of its jobs belongs to it`() async throws {
        let tracer = InMemoryTracer()
        try await TestEngine.idle(configure: { $0.tracer = tracer }) { engine in
            let handles = try await engine.enqueue(contentsOf: [Chore(), Chore()])
            let span = try tracer.only("enqueue test.chore")
            #expect(span.text(.count) == "2")
            for handle in handles {
                let trace = try await handle.state().origin.trace
                #expect(trace?.values[InMemoryTracer.spanIDKey] == span.spanID)
            }
        }
    }

    @Test func `without a tracer a job carries what it was given, and nothing else`() async throws {
        try await TestEngine.idle { engine in
            let plain = try await engine.enqueue(Chore())
            #expect(try await plain.state().origin.trace == nil)
            var options = EnqueueOptions()
            options.trace = TraceCarrier(["traceparent": "00-1-2-01"])
            let handed = try await engine.enqueue(Chore(), options)
            #expect(try await handed.state().origin.trace?.values == ["traceparent": "00-1-2-01"])
        }
    }

    @Test func `what is too much to carry is not carried`() {
        #expect(TraceCarrier([:]) == nil)
        #expect(TraceCarrier(["a": String(repeating: "x", count: 4095)]) != nil)
        #expect(TraceCarrier(["a": String(repeating: "x", count: 4096)]) == nil)
        let many = Dictionary(uniqueKeysWithValues: (1...17).map { ("\($0)", "") })
        #expect(TraceCarrier(many) == nil)
    }

    @Test(arguments: [
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true),
        ("00-00000000000000000000000000000000-b7ad6b7169203331-01", false),
        ("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false),
        ("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false),
        ("00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", false), ("", false), ("x", false),
    ])
    func `headers of W3C Trace Context are carried when they are well-formed`(
        parent: String, isCarried: Bool
    ) async throws {
        try await TestEngine.idle { engine in
            let carrier = engine.trace(in: ["traceparent": parent, "tracestate": "a=1", "host": "x"])
            let expected = ["traceparent": parent, "tracestate": "a=1"]
            #expect(carrier?.values == (isCarried ? expected : nil))
            #expect(engine.trace(in: ["tracestate": "a=1"]) == nil)
        }
    }
}

extension InMemoryTracer {
    /// The finished spans of a trace with this name, in the order in which they ended.
    fileprivate func spans(_ name: String, in trace: String) -> [FinishedInMemorySpan] {
        finishedSpans.filter { $0.operationName == name && $0.traceID == trace }
    }

    /// The only finished span with this name.
    fileprivate func only(_ name: String) throws -> FinishedInMemorySpan {
        let spans = finishedSpans.filter { $0.operationName == name }
        try #require(spans.count == 1)
        return spans[0]
    }
}

extension FinishedInMemorySpan {
    /// The value of an attribute as text; empty when there is none.
    fileprivate func text(_ name: SpanAttributeName) -> String {
        switch attributes.get(name.rawValue) {
        case .string(let text): text
        case .int64(let number): "\(number)"
        case .int32(let number): "\(number)"
        default: ""
        }
    }
}
