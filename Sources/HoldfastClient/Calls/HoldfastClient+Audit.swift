public import HoldfastAPI
public import HoldfastCore

extension HoldfastClient {
    /// Deletes jobs that ended and fit a rule.
    ///
    /// - Parameters:
    ///   - body: Which jobs.
    ///   - progress: Is told how many events are gone so far.
    /// - Returns: The report.
    /// - Throws: `ClientError`; what was deleted until then is gone. When the task is cancelled, no further ones are deleted.
    public func prune(
        _ body: PruneBody, progress: (_ events: Int64, _ total: Int64?) -> Void = { _, _ in }
    ) async throws -> JSONText {
        try await report("/v1/prune", body.json, progress)
    }

    /// Takes what people and programs gave or said out of jobs that have ended, in the log and in its archive.
    ///
    /// - Parameters:
    ///   - body: Which jobs.
    ///   - progress: Is told how many events of the archive were looked at, of how many.
    /// - Returns: The report.
    /// - Throws: `ClientError`; what was redacted until then is. When the task is cancelled, no further ones are.
    public func redact(
        _ body: RedactBody, progress: (_ events: Int64, _ total: Int64?) -> Void = { _, _ in }
    ) async throws -> JSONText {
        try await report("/v1/redact", body.json, progress)
    }

    /// Proves that the log was not edited and that everything else follows from it.
    ///
    /// - Parameters:
    ///   - body: How to look.
    ///   - progress: Is told how many events were looked at, of how many.
    /// - Returns: The report.
    /// - Throws: `ClientError`. When the task is cancelled, the server ends the look.
    public func verify(
        _ body: VerifyBody = VerifyBody(),
        progress: (_ events: Int64, _ total: Int64?) -> Void = { _, _ in }
    ) async throws -> JSONText {
        try await report("/v1/verify", body.json, progress)
    }

    /// Folds the log anew and puts right every row that does not follow from it.
    ///
    /// - Parameters:
    ///   - body: Whether to write.
    ///   - progress: Is told how many events were folded, of how many.
    /// - Returns: The report.
    /// - Throws: `ClientError`. When the task is cancelled before the rows are written, nothing changes.
    public func rebuild(
        _ body: RebuildBody = RebuildBody(),
        progress: (_ events: Int64, _ total: Int64?) -> Void = { _, _ in }
    ) async throws -> JSONText {
        try await report("/v1/rebuild", body.json, progress)
    }

    /// Asks for something that takes long, and reads the lines of the answer up to the last.
    private func report(
        _ path: String, _ json: JSONText, _ progress: (_ events: Int64, _ total: Int64?) -> Void
    ) async throws -> JSONText {
        var request = ClientRequest(.post, path)
        request.body = json
        request.accept = HistoryFormat.ndjson.mediaType
        let opened = try await environment.within(timing.silence, orThrow: .timedOut(.answer)) {
            [request] in try await answer(to: request).body
        }
        var rest: [UInt8] = []
        while let bytes = try await environment.within(
            timing.silence, orThrow: .timedOut(.silence), { try await opened.next() })
        {
            rest += bytes
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let text = String(decoding: rest[..<end], as: UTF8.self)
                rest.removeSubrange(...end)
                switch try ClientError.reading({ try ProgressLine(parsing: JSONText(validating: text)) }) {
                case .progress(let events, let total): progress(events, total)
                case .report(let report): return report
                case .problem(let problem): throw ClientError.refused(problem, retryAfter: nil)
                }
            }
        }
        throw ClientError.cut("the answer ended before its report")
    }
}
