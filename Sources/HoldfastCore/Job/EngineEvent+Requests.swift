// The `request.` events: which request was answered with what, so that none is done twice.

/// What a client says about its request so that it can send it again: a name for it, and what it asks.
public struct RequestMark: Hashable, Sendable {
    /// The client's name for the request.
    public var id: RequestKey
    /// The SHA-256 of what is asked for, in lower-case hexadecimal.
    public var sha256: String

    /// Puts both together.
    public init(id: RequestKey, sha256: String) {
        self.id = id
        self.sha256 = sha256
    }
}

/// Within what the name of a request stands for one request.
public struct RequestScope: Hashable, Sendable {
    /// The client's name for the request.
    public let id: RequestKey
    /// The kind of the job that it is about; nil for a bulk operation.
    public let kind: JobKind?
    /// Who the job belongs to; for a bulk operation whoever asked for it.
    public let owner: Owner?

    /// Puts the values together.
    public init(id: RequestKey, kind: JobKind?, owner: Owner?) {
        self.id = id
        self.kind = kind
        self.owner = owner
    }
}

/// What a request was answered with.
public enum RequestAnswer: Hashable, Sendable {
    /// A job, whether it was begun, changed or found.
    case job(JobID)
    /// A bulk operation.
    case bulk(BulkID)
}

/// Records that a request was answered; it stands in the transaction that did what was asked.
public struct RequestAnswered: Hashable, Sendable {
    /// Which request it is.
    public var scope: RequestScope
    /// The SHA-256 of what was asked for, in lower-case hexadecimal.
    public var sha256: String
    /// What it was answered with.
    public var answer: RequestAnswer

    /// Puts the event's values together.
    public init(scope: RequestScope, sha256: String, answer: RequestAnswer) {
        self.scope = scope
        self.sha256 = sha256
        self.answer = answer
    }

    /// The answer to the same request, sent again.
    ///
    /// - Throws: `JobRejection.requestReused` when the request asks for something else.
    public func answer(to mark: RequestMark) throws(JobRejection) -> RequestAnswer {
        guard mark.sha256 == sha256 else { throw .requestReused(mark.id) }
        return answer
    }
}
