package import HoldfastCore
import HoldfastStore
import Tracing

extension JobEngine {
    /// Enqueues within a span whose place in the trace the jobs carry; without a tracer they carry what they were given.
    func tracingEnqueue<Result>(
        _ requests: [EnqueueRequest], _ body: ([EnqueueRequest]) async throws -> Result
    ) async throws -> Result {
        guard let tracing, let first = requests.first else { return try await body(requests) }
        let parent = first.options.trace.map(tracing.context) ?? .current ?? .topLevel
        var attributes = SpanAttributes()
        attributes[.kind] = .string(first.kind.rawValue)
        attributes[.queue] = .string((first.options.queue ?? .default).rawValue)
        attributes[.count] = .int64(Int64(requests.count))
        return try await tracing.span("enqueue \(first.kind)", .producer, in: parent, attributes) { span in
            let carrier = tracing.carrier(of: span.context)
            return try await body(
                requests.map { request in
                    var request = request
                    request.options.trace = carrier
                    return request
                })
        }
    }

    /// The place in a trace that the headers of a request name; nil when they name none.
    ///
    /// With a tracer its own headers count. Without one it is W3C Trace Context, so that a worker elsewhere that has a
    /// tracer goes on with the trace.
    ///
    /// - Parameter headers: The values by their names in lower case.
    /// - Returns: What a job is to carry.
    package func trace(in headers: [String: String]) -> TraceCarrier? {
        if let tracing {
            // A middleware that traces has looked at the headers already, and its span is the parent.
            guard InstrumentationContext.current == nil else { return nil }
            return tracing.carrier(of: tracing.context(ofValues: headers))
        }
        guard let parent = headers["traceparent"], JobEngine.isTraceParent(parent) else { return nil }
        var values = ["traceparent": parent]
        if let state = headers["tracestate"], state.utf8.count <= 512 { values["tracestate"] = state }
        return TraceCarrier(values)
    }

    /// Whether a text has the form of W3C Trace Context: version, trace, parent and flags in lower-case hexadecimal.
    private static func isTraceParent(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, text.utf8.count <= 256 else { return false }
        let isHexadecimal = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) || byte == 0x2D
        }
        return isHexadecimal && parts.prefix(4).map(\.utf8.count) == [2, 32, 16, 2]
            && parts[0] != "ff" && parts[1].contains { $0 != "0" } && parts[2].contains { $0 != "0" }
    }
}

extension JobContext {
    /// Runs the handler in a span and where code can ask which job it works for.
    func running<Output: Sendable>(_ body: () async throws -> Output) async throws -> Output {
        let scope = JobScope(self)
        guard let tracing = engine.tracing else {
            return try await JobScope.$current.withValue(scope, operation: body)
        }
        var attributes = jobAttributes
        attributes[.queue] = .string(origin.queue.rawValue)
        attributes[.worker] = .string(worker.rawValue)
        return try await tracing.span(
            "run \(origin.kind)", .consumer, in: tracing.context(of: origin.trace), attributes
        ) { _ in
            try await JobScope.$current.withValue(scope, operation: body)
        }
    }

    /// Runs the body of a step in a span and where code can ask which step it works for.
    func running<Output: Sendable>(
        _ step: StepKey, isolation: isolated (any Actor)?, _ body: () async throws -> Output
    ) async throws -> Output {
        let scope = JobScope(self, step: step)
        guard let tracing = engine.tracing else {
            return try await JobScope.$current.withValue(scope, operation: body, isolation: isolation)
        }
        var attributes = jobAttributes
        attributes[.stepName] = .string(step.name.rawValue)
        attributes[.stepOccurrence] = .int64(Int64(step.occurrence))
        // A handler may run steps where the task-local values of its own task are not seen.
        let parent = InstrumentationContext.current ?? tracing.context(of: origin.trace)
        return try await tracing.span(
            "step \(step.name)", .internal, in: parent, attributes, isolation: isolation
        ) {
            _ in
            try await JobScope.$current.withValue(scope, operation: body, isolation: isolation)
        }
    }

    /// What the children of this job carry: the place in the trace in which they are begun.
    var carriedTrace: TraceCarrier? {
        guard let tracing = engine.tracing else { return origin.trace }
        return tracing.carrier(of: .current ?? tracing.context(of: origin.trace))
    }

    private var jobAttributes: SpanAttributes {
        var attributes = SpanAttributes()
        attributes[.job] = .string(job.description)
        attributes[.kind] = .string(origin.kind.rawValue)
        attributes[.attempt] = .int64(Int64(attempt))
        return attributes
    }
}
