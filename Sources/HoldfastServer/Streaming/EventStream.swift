import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// Sends one job's events to one reader as an event stream: those that are there, then new ones as they are
/// committed,
/// until the life that is current ends.
struct EventStream: Sendable {
    private let scope: RouteScope
    private let ticket: StreamTicket
    private let opening: StreamOpening
    private var pages: JobPages
    private var life: LifeTracker
    /// The cursor that the reader has.
    private var cursor: EventLogPosition
    private var isCaughtUp = false

    init(_ opening: StreamOpening, ticket: StreamTicket, scope: RouteScope) {
        self.scope = scope
        self.ticket = ticket
        self.opening = opening
        pages = JobPages(
            scope.engine.log, job: opening.job, after: opening.after,
            limit: scope.streamConfiguration.pageEvents)
        life = LifeTracker(opening.state)
        cursor = opening.cursor
    }

    /// Writes the stream up to its end.
    ///
    /// - Throws: `CancellationError` when it is cut, and what the connection throws.
    mutating func run(_ writer: inout StreamWriter) async throws {
        cursor = opening.write(
            identity: scope.engine.log.backend.identity, retry: scope.streamConfiguration.retry,
            to: &writer.pending)
        try await writer.flush()
        do {
            while try await !sendNextPage(&writer) {
                if ticket.isDraining { return try await rotate(.shutdown, &writer) }
            }
        } catch let error as StoreError {
            try await rotate(error.code == .closed ? .shutdown : .unavailable, &writer)
        }
    }

    /// Sends what is there, or waits for something to do where there is nothing.
    ///
    /// - Returns: Whether the stream has ended.
    private mutating func sendNextPage(_ writer: inout StreamWriter) async throws -> Bool {
        let (page, reachesTail) = try await pages.next()
        for event in page.events {
            life.follow(event)
            cursor = event.position
            ServerSentEvents.append(id: cursor, event: event.kind, data: event.envelope, to: &writer.pending)
            try await writer.flushFullChunk()
        }
        if reachesTail, !isCaughtUp {
            isCaughtUp = true
            StreamControl.caughtUp.append(at: cursor, to: &writer.pending)
        }
        // An end with something after it was that of an earlier life, so it counts only once nothing is left
        // to read.
        if reachesTail, life.isOver {
            try await end(&writer)
            return true
        }
        try await writer.flush()
        if reachesTail, try await ticket.next().contains(.heartbeat) {
            writer.pending += ServerSentEvents.heartbeat
            try await writer.flush()
        }
        return false
    }

    /// Ends with the job, and waits a little so that the reader is the one to close.
    private func end(_ writer: inout StreamWriter) async throws {
        StreamControl.end(job: opening.job, state: life.state).append(at: cursor, to: &writer.pending)
        try await writer.flush()
        // The call to drain may have been taken before the end was read.
        guard !ticket.isDraining else { return }
        let (scope, ticket) = (scope, ticket)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await scope.environment.sleep(scope.streamConfiguration.grace) }
            group.addTask { while try await !ticket.next().contains(.drain) {} }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Asks the reader to come back, and readers of many streams not to come all at once.
    private func rotate(_ reason: StreamRotation, _ writer: inout StreamWriter) async throws {
        let part = Double(scope.environment.random() >> 11) * 0x1p-53
        StreamControl.rotate(reason)
            .append(retry: scope.streamConfiguration.retry * (0.5 + part), at: cursor, to: &writer.pending)
        try await writer.flush()
    }
}
