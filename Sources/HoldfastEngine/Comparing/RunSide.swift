import HoldfastCore
import HoldfastStore

/// Reads one of two runs that are compared.
struct RunSide: Sendable {
    /// How many waits of a run are looked at.
    static let waitLimit = 1000
    private static let pageSize = 200

    let state: JobState
    let run: ComparedRun
    private var page: ArraySlice<StepRecord> = []
    private var last: StepKey?
    private var isLastPage = false

    /// Reads what is known about a job as a whole.
    ///
    /// - Throws: `JobRejection.unknownJob`, `.redacted`, `StoreError`, `EventDecodingError`.
    init(_ job: JobID, from reader: any StorageReader) throws {
        guard let state = try reader.job(job) else { throw JobRejection.unknownJob }
        guard !state.isRedacted else { throw JobRejection.redacted }
        self.state = state
        var run = ComparedRun(state)
        if case .job(.enqueued(let event)) = try RunSide.event(EventQuery(job: job, limit: 1), reader)?.event
        {
            run.input = ComparedValue(event.input)
        }
        if case .completed = state.phase {
            let query = EventQuery(job: job, kinds: [.jobCompleted], limit: 1, fromEnd: true)
            if case .job(.completed(let event)) = try RunSide.event(query, reader)?.event {
                run.output = ComparedValue(event.output)
            }
        }
        self.run = run
    }

    /// The next step in the order of keys; nil behind the last one.
    mutating func peek(from reader: any StorageReader) throws(StoreError) -> StepRecord? {
        if page.isEmpty, !isLastPage {
            let steps = try reader.steps(of: state.id, after: last, limit: RunSide.pageSize)
            isLastPage = steps.count < RunSide.pageSize
            last = steps.last?.key ?? last
            page = steps[...]
        }
        return page.first
    }

    /// Goes on behind the step that was peeked at.
    mutating func take(from reader: any StorageReader) throws -> ComparedStep.Side? {
        guard let record = page.popFirst() else { return nil }
        let origin = state.startedAt ?? state.origin.enqueuedAt
        var side = ComparedStep.Side(
            status: record.status.name, start: record.startedAt.microseconds - origin.microseconds,
            duration: nil, failures: record.failures, output: nil, failure: nil, isReused: false)
        switch record.status {
        case .started: break
        case .completed(let position, let duration), .unused(let position, let duration):
            side.duration = duration
            if case .job(.stepCompleted(let event)) = try event(at: position, reader)?.event {
                side.output = ComparedValue(event.output)
                side.isReused = event.reusedFrom != nil
            }
        case .failed(let position, _):
            if case .job(.stepFailed(let event)) = try event(at: position, reader)?.event {
                side.failure = event.failure
            }
        }
        return side
    }

    /// The waits of the run by their keys, and whether there are more.
    func waits(from reader: any StorageReader) throws -> (sides: [WaitKey: ComparedWait.Side], hasMore: Bool)
    {
        let records = try reader.waits(of: state.id, WaitQuery(limit: RunSide.waitLimit + 1))
        var sides: [WaitKey: ComparedWait.Side] = [:]
        for record in records.prefix(RunSide.waitLimit) {
            sides[record.key] = try side(of: record, from: reader)
        }
        return (sides, records.count > RunSide.waitLimit)
    }

    private func side(of record: WaitRecord, from reader: any StorageReader) throws -> ComparedWait.Side {
        var side = ComparedWait.Side(
            status: record.status.rawValue, duration: nil, actor: nil, reason: nil, value: nil)
        guard let position = record.result, let recorded = try event(at: position, reader) else {
            return side
        }
        side.duration = recorded.at.microseconds - record.openedAt.microseconds
        switch recorded.event {
        case .job(.checkpointDecided(let event)):
            side.actor = recorded.actor
            side.reason = event.reason
            side.value = ComparedValue(event.value)
        case .job(.signalReceived(let event)):
            side.actor = recorded.actor
            side.value = ComparedValue(event.payload)
        case .job(.childFinished(let event)): side.status = event.state.rawValue
        default: break
        }
        return side
    }

    private func event(at position: EventLogPosition, _ reader: any StorageReader) throws -> RecordedEvent? {
        let before = EventLogPosition(position.value - 1)
        return try RunSide.event(EventQuery(job: state.id, after: before, limit: 1), reader)
    }

    private static func event(_ query: EventQuery, _ reader: any StorageReader) throws -> RecordedEvent? {
        try reader.events(query).events.first?.decoded()
    }
}

extension ComparedRun {
    /// Takes over what a state knows.
    fileprivate init(_ state: JobState) {
        self.init(
            job: state.id, kind: state.origin.kind, handlerVersion: state.origin.handlerVersion,
            queue: state.origin.queue, state: state.phase.name, startedAt: state.startedAt, endedAt: nil,
            attempts: state.attempt, failure: state.lastFailure, spent: state.costs.spent)
        switch state.phase {
        case .completed(let at), .cancelled(let at, _, _): endedAt = at
        case .failed(let at, let failure, _):
            endedAt = at
            self.failure = failure
        case .scheduled, .queued, .running, .waiting, .paused: break
        }
    }
}

extension ComparedValue {
    /// Takes the measure of a value.
    fileprivate init(_ payload: Payload) {
        switch payload {
        case .inline(let value):
            self.init(
                sha256: payload.digest, bytes: Int64(value.byteCount),
                beginning: String(value.text.prefix(ComparedValue.shownLimit)))
        case .stored(let reference):
            self.init(sha256: reference.sha256, bytes: reference.bytes, beginning: nil)
        }
    }
}
