import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// Follows one job until its life ends, or the whole log for ever.
///
/// It reads the same log in the same way as everyone else: through `LogTailer`.
struct EventTail: Sendable {
    /// The log.
    let log: EventLog
    /// The job; nil for all events.
    let job: JobID?

    /// Hands out events in the order of their positions, page by page.
    ///
    /// It returns after the event that ends the current life of the job, or when the task was cancelled. A
    /// tail that
    /// begins behind that event returns at once.
    /// - Throws: What `body` throws, `JobRejection.unknownJob`, `StoreError`.
    func follow(from start: StreamStart, _ body: ([StoredEvent]) async throws -> Void) async throws {
        let after = try await position(of: start)
        if try await isOver(after: after) { return }
        for try await page in LogTailer(log, EventQuery(job: job, after: after)) {
            try await body(page.events)
            let hasEnding = page.events.contains { EventKind(rawValue: $0.kind)?.isTerminal == true }
            if hasEnding, try await isOver(after: page.through) { return }
        }
    }

    /// The position behind which to begin.
    private func position(of start: StreamStart) async throws -> EventLogPosition {
        switch start {
        case .beginning: return .beginning
        case .after(let position): return position
        case .tail, .snapshot: return log.feed.head
        case .last(let count):
            let query = EventQuery(job: job, limit: count, fromEnd: true)
            let page = try await log.read { try $0.events(query) }
            return page.events.first.map { EventLogPosition($0.position.value - 1) } ?? page.through
        }
    }

    /// Tells whether the job has ended and no event of it comes after a position.
    private func isOver(after position: EventLogPosition) async throws -> Bool {
        guard let job else { return false }
        return try await log.read { reader in
            guard let state = try reader.job(job) else { throw JobRejection.unknownJob }
            guard state.phase.name.isEnded else { return false }
            return try reader.events(EventQuery(job: job, after: position, limit: 1)).events.isEmpty
        }
    }
}
