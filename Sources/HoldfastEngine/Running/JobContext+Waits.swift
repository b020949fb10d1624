public import HoldfastCore
import HoldfastStore

extension JobContext {
    /// Asks a person for a decision and waits for it, for as long as it takes, without a worker, a thread or a
    /// connection.
    ///
    /// The handler starts again from the top when the decision comes after a while: recorded steps and waits that are
    /// over answer at once. A checkpoint is found again by its name and by how many of that name came before it.
    ///
    /// - Parameters:
    ///   - name: The checkpoint's name, by which it is decided. Those that are open at the same time need different
    ///     names.
    ///   - summary: What the person should know; any value, stored as JSON.
    ///   - timeout: How long to wait at most; nil for ever. It counts from when the checkpoint was first opened.
    ///   - action: What happens then. It counts as rejected where nothing else is said.
    /// - Returns: The decision: the first one that somebody made, or the engine's at the deadline.
    /// - Throws: `CheckpointTimeout` at a deadline with the action `fail`; `CancellationError` when the run is over;
    ///   `WaitMisuse`; `StoreError` when the summary is above the limit.
    public func checkpoint(
        _ name: WaitName, summary: some Encodable & Sendable = NoOutput(), timeout: Duration? = nil,
        onDeadline action: DeadlineAction = .reject
    ) async throws -> CheckpointDecision {
        try checkInterruption()
        let key = try begin(.checkpoint, name)
        defer { waits.end(.checkpoint, name) }
        let record = try await knownRecord(of: key)
        var until = record?.due
        if record?.isToOpen ?? true {
            let payload = try await self.payload(try JobCoding.encode(summary))
            until = timeout.map { engine.environment.now() + $0 }
            let event = CheckpointOpened(
                checkpoint: key, summary: payload.payload, deadline: until, onDeadline: action)
            try await self.record(.openCheckpoint(event, recorded: nil), keeping: payload)
        }
        let ended = try await end(of: key, until: until, known: record)
        return try await CheckpointDecision(ended, of: job, in: engine)
    }

    /// Waits for a fact from outside.
    ///
    /// Signals of one name are taken in the order in which they came; those that came before the job waited are kept.
    ///
    /// - Returns: The signal's payload.
    /// - Throws: `DecodingError` when the payload is of another form; `CancellationError` when the run is over;
    ///   `WaitMisuse`.
    public func signal<Value: Decodable & Sendable>(
        _ name: WaitName, as type: Value.Type = Value.self
    ) async throws -> Value {
        guard let value: Value = try await take(name, timeout: nil) else { throw CancellationError() }
        return value
    }

    /// Waits for a fact from outside, at most for a while.
    ///
    /// - Returns: The signal's payload; nil when none came in time.
    /// - Throws: As without a limit.
    public func signal<Value: Decodable & Sendable>(
        _ name: WaitName, as type: Value.Type = Value.self, timeout: Duration
    ) async throws -> Value? {
        try await take(name, timeout: timeout)
    }

    /// Waits for a length of time, across restarts and without a worker.
    ///
    /// It counts from when the handler first came here. It never ends early; what fell due while nothing ran ends at
    /// the next start.
    ///
    /// - Throws: `CancellationError` when the run is over; `WaitMisuse`.
    public func sleep(_ name: WaitName, for duration: Duration) async throws {
        try await sleep(name) { engine.environment.now() + duration }
    }

    /// Waits for a moment, across restarts and without a worker.
    ///
    /// - Throws: As for a length of time.
    public func sleep(_ name: WaitName, until moment: Timestamp) async throws {
        try await sleep(name) { moment }
    }

    private func sleep(_ name: WaitName, until moment: () -> Timestamp) async throws {
        try checkInterruption()
        let key = try begin(.timer, name)
        defer { waits.end(.timer, name) }
        let record = try await knownRecord(of: key)
        var until = record?.due
        if record?.isToOpen ?? true {
            let due = moment()
            until = due
            try await self.record(.setTimer(TimerSet(wait: key, due: due), recorded: nil))
        }
        _ = try await end(of: key, until: until, known: record)
    }

    private func take<Value: Decodable & Sendable>(_ name: WaitName, timeout: Duration?) async throws
        -> Value?
    {
        try checkInterruption()
        let key = try begin(.signal, name)
        defer { waits.end(.signal, name) }
        let record = try await knownRecord(of: key)
        var until = record?.due
        if let timeout, record?.isToOpen ?? true {
            let due = engine.environment.now() + timeout
            until = due
            try await self.record(.setTimer(TimerSet(wait: key, due: due), recorded: nil))
        }
        let ended = try await end(of: key, until: until, known: record)
        guard ended.status != .expired else { return nil }
        if ended.status == .received { try await self.record(.consumeSignal(key, recorded: nil)) }
        guard case .signalReceived(let event) = try await engine.event(ending: ended, of: job) else {
            throw StoreError(.corrupt, operation: "read a signal", reason: "the event of \(key) is missing")
        }
        return try JobCoding.decode(
            try await engine.log.value(of: event.payload, isEncrypted: origin.isEncrypted))
    }

    /// Waits until the log holds the end of a wait.
    func end(of key: WaitKey, until: Timestamp?, known record: WaitRecord? = nil) async throws -> WaitRecord {
        if let record, record.status.isOver { return record }
        while true {
            let news = waits.news
            let job = job
            if let record = try await engine.fetch({ try $0.wait(key, of: job) }), record.status.isOver {
                return record
            }
            try await awaitNews(for: .wait(key, until: until), since: news)
        }
    }

    /// Waits for news; an interrupted wait gives the job back.
    func awaitNews(for reason: WaitReason, since news: Int) async throws {
        do {
            try await waits.wait(for: reason, since: news)
        } catch {
            try checkInterruption()
            throw error
        }
    }

    /// What the log holds about a wait from before this run.
    private func knownRecord(of key: WaitKey) async throws -> WaitRecord? {
        guard waits.mayHaveRecorded else { return nil }
        let job = job
        return try await engine.fetch { try $0.wait(key, of: job) }
    }

    private func begin(_ kind: WaitKind, _ name: WaitName) throws -> WaitKey {
        guard let key = try waits.begin(kind, name).first else { throw WaitMisuse.inFlight(kind, name) }
        return key
    }
}

extension WaitRecord {
    /// Whether the wait has to be opened, because it was closed with an older life.
    fileprivate var isToOpen: Bool { status == .closed }
}
