import HoldfastCore
import HoldfastEngine

/// What a handler asked for in a history, and how it came out.
struct RecordedCalls {
    private let events: [RecordedEvent]
    /// What today's handler has to ask for.
    private var required: [DurableCall: Int] = [:]
    /// What it may ask for, since it began or was waited for without an outcome.
    private var allowed: Set<DurableCall> = []
    /// How those steps failed that have no result.
    private(set) var failures: [StepKey: JobFailure] = [:]
    /// The place of the event with which the handler ended; nil when it goes on, or somebody else ended the job.
    private var ending: Int?

    /// Reads a job's own events.
    init(_ events: [RecordedEvent]) {
        self.events = events
        for (index, recorded) in events.enumerated() {
            guard case .job(let event) = recorded.event else { continue }
            note(event, at: index)
            if event.isEnding(by: recorded.actor) {
                ending = index
            } else if event.beginsAgain {
                ending = nil
                // A run executes all steps again that have no result.
                failures = [:]
            }
        }
    }

    /// Compares a replay with the history.
    ///
    /// - Parameters:
    ///   - asked: What the handler asked for, in order.
    ///   - new: What its run recorded.
    ///   - job: The job.
    /// - Returns: How far it came.
    /// - Throws: `ReplayDifference`.
    func compare(asked: [DurableCall], new: [RecordedEvent], job: JobID) throws -> ReplayReport {
        let done = Set(asked)
        var marks = Marks()
        for (call, index) in required where !done.contains(call) { marks.missing.insert(index) }
        let isShort = !marks.missing.isEmpty
        var last = events.indices.first ?? 0
        for call in asked {
            if let place = required[call] { last = max(last, place) }
            if required[call] == nil, !allowed.contains(call), ending != nil || isShort {
                marks.added.append((last, "asks for \(call)"))
            }
        }
        let end = new.compactMap { recorded -> JobEvent? in
            guard case .job(let event) = recorded.event else { return nil }
            return event.isEnding(by: recorded.actor) ? event : nil
        }.last
        compareEnding(end, &marks)
        guard marks.isEmpty else { throw ReplayDifference(job: job, text: text(marks)) }
        return ReplayReport(job: job, calls: asked.count, isEnded: end != nil)
    }

    // MARK: -

    private struct Marks {
        /// The places of events that the handler did not ask for.
        var missing: Set<Int> = []
        /// What it did instead, each after the event at a place.
        var added: [(after: Int, text: String)] = []

        var isEmpty: Bool { missing.isEmpty && added.isEmpty }
    }

    private mutating func note(_ event: JobEvent, at index: Int) {
        switch event {
        case .stepStarted(let event): allowed.insert(.step(event.step))
        case .stepFailed(let event):
            allowed.insert(.step(event.step))
            // Tried again in the same run: nobody knows yet how it ends.
            failures[event.step] = event.retryAt == nil ? event.failure : nil
        case .stepCompleted(let event):
            required[.step(event.step)] = index
            failures[event.step] = nil
        case .stepUnused(let event): required[.step(event.step)] = nil
        case .checkpointOpened(let event): required[.wait(event.checkpoint)] = index
        case .timerSet(let event): required[.wait(event.wait)] = index
        case .signalConsumed(let event): required[.wait(event.signal)] = index
        case .childSpawned(let event): required[.wait(event.child)] = index
        case .signalReceived(let event): allowed.insert(.wait(event.signal))
        case .waiting(let event):
            for case .wait(let wait, _) in event.reasons { allowed.insert(.wait(wait)) }
        default: break
        }
    }

    private func compareEnding(_ end: JobEvent?, _ marks: inout Marks) {
        let last = events.count - 1
        guard let place = ending, case .job(let recorded) = events[place].event else {
            // The history goes on; a handler that fails on what it holds is not what it says.
            if let failure = end?.failure { marks.added.append((last, "failed: \(failure.words)")) }
            return
        }
        if let end, end.isSameEnding(as: recorded) { return }
        marks.missing.insert(place)
        if let end {
            marks.added.append((place, end.words))
        } else if marks.added.isEmpty {
            marks.added.append((place, "waits and does not end"))
        }
    }

    /// The marked events with three around each of them.
    private func text(_ marks: Marks) -> String {
        let shown = events.indices.filter { index in
            guard case .job(let event) = events[index].event else { return false }
            return marks.missing.contains(index) || event.isOfStory
        }
        let marked = shown.indices.filter { index in
            let next = index + 1 < shown.count ? shown[index + 1] : events.count
            return marks.missing.contains(shown[index])
                || marks.added.contains { (shown[index]..<next).contains($0.after) }
        }
        var lines: [String] = []
        var isGap = false
        for (index, place) in shown.enumerated() {
            guard case .job(let event) = events[place].event else { continue }
            guard marked.contains(where: { abs($0 - index) <= 3 }) else {
                if !isGap { lines.append("  ...") }
                isGap = true
                continue
            }
            isGap = false
            lines.append((marks.missing.contains(place) ? "- " : "  ") + event.words)
            let next = index + 1 < shown.count ? shown[index + 1] : events.count
            for added in marks.added where (place..<next).contains(added.after) {
                lines.append("+ \(added.text)")
            }
        }
        return lines.joined(separator: "\n")
    }
}

extension JobEvent {
    /// Whether the handler's run ended with this event.
    fileprivate func isEnding(by actor: EventActor) -> Bool {
        switch self {
        case .completed, .failed, .attemptFailed: true
        case .cancelled, .paused, .rescheduled: actor.role == .worker
        default: false
        }
    }

    /// Whether the handler ran again after this event, or will.
    fileprivate var beginsAgain: Bool {
        switch self {
        case .started, .retried: true
        default: false
        }
    }

    fileprivate var failure: JobFailure? {
        switch self {
        case .failed(let event): event.failure
        case .attemptFailed(let event): event.failure
        default: nil
        }
    }

    /// Whether two runs ended alike: with the same output, the same error or the same wish.
    ///
    /// Whether an error was the last one is a matter of how many attempts there were.
    fileprivate func isSameEnding(as other: JobEvent) -> Bool {
        if let failure, let second = other.failure {
            return failure.type == second.type && failure.message == second.message
        }
        switch (self, other) {
        case (.completed(let event), .completed(let second)): return event.output == second.output
        case (.cancelled(let event), .cancelled(let second)): return event.reason == second.reason
        case (.paused(let event), .paused(let second)): return event.reason == second.reason
        case (.rescheduled(let event), .rescheduled(let second)): return event.reason == second.reason
        default: return false
        }
    }

    /// Whether a difference shows the event where it is not marked.
    fileprivate var isOfStory: Bool {
        switch self {
        case .progressUpdated, .logWritten, .stepStarted, .waiting, .resumed, .leaseReleased, .leaseExpired,
            .started, .unpaused:
            false
        default: true
        }
    }
}
