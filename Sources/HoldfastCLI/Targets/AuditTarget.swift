import HoldfastAPI
import HoldfastClient
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// What proves, mends and prunes a log; each is told how many events were done, and of how many where that is known.
protocol AuditTarget: Sendable {
    /// Is told how far it is.
    typealias NoteProgress = @Sendable (_ events: Int64, _ total: Int64?) -> Void

    /// Deletes jobs that ended and fit a rule.
    func prune(_ body: PruneBody, progress: @escaping NoteProgress) async throws -> PruneReport
    /// Takes the values out of jobs that have ended.
    func redact(_ body: RedactBody, progress: @escaping NoteProgress) async throws -> RedactionReport
    /// Looks through everything.
    func verify(against head: LogHead?, isThorough: Bool, progress: @escaping NoteProgress) async throws
        -> AuditReport
    /// Puts right what does not follow from the log.
    func rebuild(isDryRun: Bool, progress: @escaping NoteProgress) async throws -> RebuildReport
}

extension FileTarget {
    func prune(_ body: PruneBody, progress: @escaping NoteProgress) async throws -> PruneReport {
        let engine = try engine
        // How much there is to do is worth a look where somebody watches it being done.
        let total = body.isDryRun ? nil : try await engine.prune(body.rules, isDryRun: true).events
        return try await engine.prune(
            body.rules, isDryRun: body.isDryRun, reason: body.reason, by: actor
        ) { progress($0.events, total) }
    }

    func redact(_ body: RedactBody, progress: @escaping NoteProgress) async throws -> RedactionReport {
        try await engine.redact(
            RedactionSelection(body.jobs, owner: body.owner), isDryRun: body.isDryRun,
            keepsTraces: body.keepsTraces, reason: body.reason, by: actor, progress: progress)
    }

    func verify(
        against head: LogHead?, isThorough: Bool, progress: @escaping NoteProgress
    ) async throws -> AuditReport {
        try audited().audit(anchor: head, isThorough: isThorough) { progress($0.events, $0.total) }
    }

    func rebuild(isDryRun: Bool, progress: @escaping NoteProgress) async throws -> RebuildReport {
        if isDryRun {
            return RebuildReport(
                wouldBe: try await verify(against: nil, isThorough: false, progress: progress))
        }
        return RebuildReport(
            done: try audited().repairProjections { progress($0.events, $0.total) })
    }

    private func audited() throws -> any AuditedStorage {
        guard let storage = backend as? any AuditedStorage else {
            throw CommandFailure(.wrongDatabase, "the store at \(name) cannot be looked through")
        }
        return storage
    }
}

extension ServerTarget {
    func prune(_ body: PruneBody, progress: @escaping NoteProgress) async throws -> PruneReport {
        try PruneReport(parsing: try await client.prune(body, progress: progress))
    }

    func redact(_ body: RedactBody, progress: @escaping NoteProgress) async throws -> RedactionReport {
        try RedactionReport(parsing: try await client.redact(body, progress: progress))
    }

    func verify(
        against head: LogHead?, isThorough: Bool, progress: @escaping NoteProgress
    ) async throws -> AuditReport {
        let body = VerifyBody(head: head?.text, isThorough: isThorough)
        return try AuditReport(parsing: try await client.verify(body, progress: progress))
    }

    func rebuild(isDryRun: Bool, progress: @escaping NoteProgress) async throws -> RebuildReport {
        try RebuildReport(
            parsing: try await client.rebuild(RebuildBody(isDryRun: isDryRun), progress: progress))
    }
}
