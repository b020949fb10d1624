public import HoldfastCore
import HoldfastStore

/// Refers to one job of a known type, to watch it, steer it and take its result.
public struct JobHandle<Kind: Job>: Sendable {
    /// Which job it is.
    public let id: JobID
    private let engine: JobEngine

    init(id: JobID, engine: JobEngine) {
        self.id = id
        self.engine = engine
    }

    /// The job as it is.
    ///
    /// - Throws: `JobRejection.unknownJob` when it is gone, `StoreError` when the store cannot be read.
    public func state() async throws -> JobState { try await engine.state(of: id) }

    /// The job's events after a position: those that are there, then new ones as they are committed.
    ///
    /// The sequence ends after the terminal event of the current life. A handle of an ended job replays and
    /// ends.
    public func events(after position: EventLogPosition = .beginning) -> JobEvents {
        JobEvents(engine: engine, job: id, after: position)
    }

    /// The files that the job keeps so far, ordered by the bytes of their names.
    ///
    /// - Throws: `JobRejection.unknownJob`, `StoreError`.
    public func artifacts() async throws -> [ArtifactRecord] { try await engine.artifacts(of: id) }

    /// Asks the job to stop.
    ///
    /// Safe to repeat.
    ///
    /// - Throws: `JobRejection.ended` when it completed or failed before.
    @discardableResult
    public func cancel(by actor: String, reason: String? = nil) async throws -> JobState {
        try await engine.steer(.cancel(reason: reason), id, by: .person(actor))
    }

    /// Keeps the job from going on; a running step may finish first.
    ///
    /// Safe to repeat.
    ///
    /// - Throws: `JobRejection.ended` when it ended before.
    @discardableResult
    public func pause(by actor: String, reason: String? = nil) async throws -> JobState {
        try await engine.steer(.pause(reason: reason), id, by: .person(actor))
    }

    /// Lets the paused job go on.
    ///
    /// Safe to repeat.
    ///
    /// - Throws: `JobRejection.ended` when it ended before.
    @discardableResult
    public func resume(by actor: String, reason: String? = nil) async throws -> JobState {
        try await engine.steer(.resume(reason: reason), id, by: .person(actor))
    }

    /// Decides a checkpoint of the job.
    ///
    /// - Returns: The decision that counts: the first one.
    /// - Throws: As `JobEngine.decide` does.
    @discardableResult
    public func decide(
        _ choice: CheckpointChoice, _ name: WaitName, by actor: String, reason: String? = nil
    ) async throws -> CheckpointDecision {
        try await engine.decide(choice, name, of: id, by: .person(actor), reason: reason)
    }

    /// Sends the job a signal with any payload.
    ///
    /// - Throws: As `JobEngine.signal` does; `EncodingError`.
    public func signal(_ name: WaitName, _ payload: some Encodable & Sendable, by actor: String) async throws
    {
        try await engine.signal(name, try JobCoding.encode(payload), to: id, by: .person(actor))
    }

    /// Waits for the end and gives what the handler returned.
    ///
    /// - Throws: `JobEnded` when the job failed or was cancelled; `DecodingError` when the output is of another
    ///   form; `JobRejection.unknownJob`, `.redacted`; `StoreError`, also when the log is closed meanwhile;
    ///   `CancellationError`.
    public func result() async throws -> Kind.Output {
        _ = try await state()
        let endings = EventQuery(job: id, kinds: [.jobCompleted, .jobFailed, .jobCancelled])
        for try await page in LogTailer(engine.log, endings) {
            // An older life's end is no result.
            guard let last = page.events.last,
                try await engine.log.isLastEnding(of: id, at: last.position)
            else { continue }
            let ending = try last.decoded().event
            if case .job(.redacted) = ending { throw JobRejection.redacted }
            guard case .job(.completed(let completed)) = ending else {
                let phase = try await state().phase
                // Retried just now: the result is yet to come.
                guard phase.name.isEnded else { continue }
                throw JobEnded(id: id, phase: phase)
            }
            let isEncrypted = try await state().origin.isEncrypted
            return try JobCoding.decode(
                try await engine.log.value(of: completed.output, isEncrypted: isEncrypted))
        }
        try Task.checkCancellation()
        throw StoreError(.closed, operation: "wait for a result", reason: "the log is closed")
    }
}

/// The job ended without a result.
public struct JobEnded: Error, Sendable, CustomStringConvertible {
    /// Which job it is.
    public let id: JobID
    /// How it ended.
    public let phase: JobPhase

    /// One sentence without payloads, such as `job 0197.. failed: TimeoutError`.
    public var description: String {
        switch phase {
        case .failed(_, let failure, _): "job \(id) failed: \(failure.type)"
        case .scheduled, .queued, .running, .waiting, .paused, .completed, .cancelled:
            "job \(id) is \(phase.name.rawValue)"
        }
    }
}

/// The events of one job, replayed and then live, until the life that was current ends.
public struct JobEvents: AsyncSequence, Sendable {
    /// One event.
    public typealias Element = RecordedEvent

    let engine: JobEngine
    let job: JobID
    let after: EventLogPosition

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator {
        let tailer = LogTailer(engine.log, EventQuery(job: job, after: after))
        return Iterator(engine: engine, job: job, pages: tailer.makeAsyncIterator())
    }

    /// Reads one event after the other.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let engine: JobEngine
        fileprivate let job: JobID
        fileprivate var pages: LogTailer.Iterator
        fileprivate var page: ArraySlice<StoredEvent> = []
        fileprivate var isOver: Bool?

        fileprivate init(engine: JobEngine, job: JobID, pages: LogTailer.Iterator) {
            self.engine = engine
            self.job = job
            self.pages = pages
        }

        /// The next event; nil after the end of the life that is current then.
        ///
        /// - Throws: `StoreError`, or `EventDecodingError` for an event of a newer program.
        public mutating func next() async throws -> RecordedEvent? {
            if isOver == nil { isOver = try await wasOver() }
            if isOver == true { return nil }
            while page.isEmpty {
                guard let next = try await pages.next() else { return nil }
                page = next.events[...]
            }
            let event = try page.removeFirst().decoded()
            if event.event.kind.isTerminal {
                // An earlier life's end, in a replay, is an ordinary event.
                isOver = try await engine.log.isLastEnding(of: job, at: event.position)
            }
            return event
        }

        /// Whether the job has ended and the reader has seen all of it.
        private func wasOver() async throws -> Bool {
            let (job, seen) = (job, pages.position)
            return try await engine.log.read { reader in
                guard let state = try reader.job(job), state.phase.name.isEnded else { return false }
                return try reader.events(EventQuery(job: job, after: seen, limit: 1)).events.isEmpty
            }
        }
    }
}
