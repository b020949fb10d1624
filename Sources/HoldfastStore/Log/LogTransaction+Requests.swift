public import HoldfastCore

// Requests that may be sent again: looked up and recorded in the transaction that does what they ask.
extension LogTransaction {
    /// What a request was answered with, with everything that was decided before.
    ///
    /// - Parameters:
    ///   - mark: The name of the request and what it asks for; nil for one that is done each time.
    ///   - kind: The kind of the job that it is about; nil for a bulk operation.
    ///   - owner: Who the job belongs to.
    /// - Returns: The answer; nil when the request is a new one.
    /// - Throws: `JobRejection.requestReused` when it asked for something else before, `StoreError`.
    public func answer(
        to mark: RequestMark?, kind: JobKind?, owner: Owner?
    ) throws -> RequestAnswer? {
        guard let mark else { return nil }
        let scope = RequestScope(id: mark.id, kind: kind, owner: owner)
        return try (pending.requests[scope] ?? writer.answer(to: scope))?.answer(to: mark)
    }

    /// The job that a request was answered with, as it is; nil when the request is a new one.
    ///
    /// - Parameters:
    ///   - mark: The name of the request and what it asks for; nil for one that is done each time.
    ///   - kind: The kind of the job that it is about.
    ///   - owner: Who the job belongs to.
    /// - Returns: The state of the job.
    /// - Throws: `JobRejection.requestReused` when it asked for something else before, `JobRejection.pruned` when that job is
    ///   gone, `StoreError`.
    public func job(
        answering mark: RequestMark?, kind: JobKind, owner: Owner?
    ) throws -> JobState? {
        guard case .job(let id) = try answer(to: mark, kind: kind, owner: owner) else { return nil }
        guard let state = try job(id) else { throw JobRejection.pruned }
        return state
    }

    /// Records how a new request was answered, if it is one that may be sent again.
    public func note(
        _ answer: RequestAnswer, to mark: RequestMark?, kind: JobKind?, owner: Owner?, by actor: EventActor
    ) {
        guard let mark else { return }
        let scope = RequestScope(id: mark.id, kind: kind, owner: owner)
        savepoint.requests.append(scope)
        record(
            .requestAnswered(RequestAnswered(scope: scope, sha256: mark.sha256, answer: answer)), by: actor)
    }
}

extension RequestMark {
    /// Names a request for what is asked for, such as the bytes of a body.
    ///
    /// - Parameters:
    ///   - id: The client's name for it.
    ///   - content: What it asks for: another content is another request.
    public init(id: RequestKey, content: some Sequence<UInt8>) {
        var stream = SHA256Stream()
        let bytes = Array(content)
        bytes.withUnsafeBytes { stream.update($0) }
        self.init(id: id, sha256: stream.sum().hexadecimal)
    }
}
