import Tracing

/// The name of an attribute of a span: a contract that the page *Observability* lists.
package enum SpanAttributeName: String, CaseIterable, Sendable {
    case job = "holdfast.job.id"
    case kind = "holdfast.job.kind"
    case queue = "holdfast.queue"
    case count = "holdfast.jobs.count"
    case attempt = "holdfast.attempt"
    case worker = "holdfast.worker"
    case stepName = "holdfast.step.name"
    case stepOccurrence = "holdfast.step.occurrence"
    case end = "holdfast.end"
}

extension SpanAttributes {
    /// The value of an attribute of ours.
    subscript(name: SpanAttributeName) -> SpanAttribute? {
        get { get(name.rawValue) }
        set { set(name.rawValue, value: newValue) }
    }
}
