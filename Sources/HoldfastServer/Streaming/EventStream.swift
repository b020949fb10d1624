import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// Sends the events of a selection to one reader as an event stream: those that are there, then new ones as they are
/// committed; of one job until the life that is current ends.
struct EventStream: Sendable {
    private let scope: RouteScope
    private let ticket: StreamTicket
    private var dialect: any StreamDialect
    private var pages: StreamPages
    private var life: LifeTracker?
    private let isOfManyJobs: Bool
    /// The cursor that the reader has.
    private var cursor: EventLogPosition {
        get { ticket.cursor }
        nonmutating set { ticket.cursor = newValue }
    }
    private var isCaughtUp = false
    /// Whether it is time for a sign of life.
    private var isBeatDue = false

    init(
        _ opening: StreamOpening, as dialect: any StreamDialect, ticket: StreamTicket, scope: RouteScope
    ) {
        self.scope = scope
        self.ticket = ticket
        self.dialect = dialect
        pages = StreamPages(scope.streams, ticket, after: opening.after)
        life = opening.state.map(LifeTracker.init)
        isOfManyJobs = opening.job == nil
        ticket.cursor = opening.cursor
    }

    /// Writes the stream up to its end.
    ///
    /// - Throws: `CancellationError` when it is cut, and what the connection throws.
    mutating func run(_ writer: inout StreamWriter) async throws {
        cursor = dialect.begin(retry: scope.streamConfiguration.retry, to: &writer.pending)
        try await writer.flush()
        do {
            while try await !sendNextStretch(&writer) {
                if let reason = ticket.rotation { return try await rotate(reason, &writer) }
            }
        } catch let error as StoreError {
            try await rotate(error.code == .closed ? .shutdown : .unavailable, &writer)
        }
    }

    /// Sends what is there, or waits for something to do where there is nothing.
    ///
    /// - Returns: Whether the stream has ended.
    private mutating func sendNextStretch(_ writer: inout StreamWriter) async throws -> Bool {
        let isOver = life?.isOver == true
        let turn = try await pages.next(isPatient: isCaughtUp && !isOver)
        let (stretch, reachesTail) = (turn.stretch, turn.reachesTail)
        life?.follow(stretch.change)
        if let last = stretch.items.last {
            cursor = last.position
            dialect.follow(stretch)
            try await writer.send(stretch)
        }
        if reachesTail, !isCaughtUp {
            isCaughtUp = true
            passOver()
            dialect.catchUp(at: cursor, to: &writer.pending)
        }
        // An end with something after it was that of an earlier life, so it counts only once nothing is left
        // to read.
        if reachesTail, let life, life.isOver {
            try await end(life, &writer)
            return true
        }
        // Events of which a view shows nothing are no sign of life.
        if isBeatDue, stretch.lastShown == nil {
            cursor = dialect.beat(at: cursor, looked: pages.position, to: &writer.pending)
            if dialect.isTired { return true }
        }
        try await writer.flush()
        isBeatDue = (turn.mayWait ? try await ticket.next() : ticket.takeWakes()).contains(.heartbeat)
        return false
    }

    /// Moves the cursor of a stream of many jobs behind events that were looked at and are not meant for the reader, so
    /// that nobody looks at them again when it comes back.
    private func passOver() {
        if isOfManyJobs { cursor = max(cursor, pages.position) }
    }

    /// Ends with the job, and waits a little so that the reader is the one to close.
    private func end(_ life: LifeTracker, _ writer: inout StreamWriter) async throws {
        dialect.end(life.state, at: cursor, to: &writer.pending)
        try await writer.flush()
        // The call to drain may have been taken before the end was read.
        guard ticket.rotation == nil else { return }
        let (scope, ticket) = (scope, ticket)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await scope.environment.sleep(scope.streamConfiguration.grace) }
            group.addTask { while try await !ticket.next().contains(.drain) {} }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Asks the reader to come back, and readers of many streams not to come all at once.
    private mutating func rotate(_ reason: StreamRotation, _ writer: inout StreamWriter) async throws {
        let part = Double(scope.environment.random() >> 11) * 0x1p-53
        pages.passOver()
        passOver()
        dialect.rotate(
            reason, retry: scope.streamConfiguration.retry * (0.5 + part), at: cursor, to: &writer.pending)
        try await writer.flush()
    }
}
