import HoldfastCore
import Tracing

/// Opens spans for what an engine does, and carries a trace from whoever enqueued a job to whoever runs it.
struct EngineTracing: Sendable {
    private let tracer: any Tracer

    /// Takes a tracer; nil when it throws everything away, so that nothing is done for it.
    init?(_ tracer: any Tracer) {
        guard !(tracer is NoOpTracer) else { return nil }
        self.tracer = tracer
    }

    /// Runs a body within a span, which is the current one meanwhile, and ends with it.
    func span<Output>(
        _ name: String, _ kind: SpanKind, in context: InstrumentationContext, _ attributes: SpanAttributes,
        isolation: isolated (any Actor)? = #isolation, _ body: (any Span) async throws -> Output
    ) async throws -> Output {
        let span = tracer.startAnySpan(name, context: context, ofKind: kind)
        span.attributes = attributes
        defer { span.end() }
        do {
            return try await InstrumentationContext.$current.withValue(
                span.context, operation: { try await body(span) }, isolation: isolation)
        } catch {
            note(error, on: span)
            throw error
        }
    }

    /// The place of a job in a trace, as it was carried; the top of a new trace where nothing was.
    func context(of carrier: TraceCarrier?) -> InstrumentationContext {
        context(ofValues: carrier?.values ?? [:])
    }

    /// The place in a trace that values name, such as those of a request's headers.
    func context(ofValues values: [String: String]) -> InstrumentationContext {
        var context = InstrumentationContext.topLevel
        if !values.isEmpty { tracer.extract(values, into: &context, using: CarrierAccess()) }
        return context
    }

    /// What is to be carried with a job that is enqueued here; nil when it is nothing or too much.
    func carrier(of context: InstrumentationContext) -> TraceCarrier? {
        var values: [String: String] = [:]
        tracer.inject(context, into: &values, using: CarrierAccess())
        return TraceCarrier(values)
    }

    private func note(_ error: any Error, on span: any Span) {
        switch error {
        case is CancellationError: span.attributes[.end] = .string("interrupted")
        case let outcome as JobOutcome: span.attributes[.end] = .string(outcome.name)
        default:
            span.recordError(error)
            span.setStatus(SpanStatus(code: .error))
        }
    }
}

/// Reads and writes the values of a carrier; names of headers are in lower case.
private struct CarrierAccess: Injector, Extractor {
    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
        carrier[key] = value
    }

    func extract(key: String, from carrier: [String: String]) -> String? {
        carrier[key] ?? carrier[key.lowercased()]
    }
}

extension JobOutcome {
    /// What the handler asked for, in a word.
    fileprivate var name: String {
        switch self {
        case .cancel: "cancelled"
        case .discard: "discarded"
        case .pause: "paused"
        case .snooze: "snoozed"
        }
    }
}
