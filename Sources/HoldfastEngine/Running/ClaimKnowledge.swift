import HoldfastCore

/// What the claiming loop knows.
///
/// It is local to the loop, so that nothing has to be locked.
struct ClaimKnowledge {
    /// Up to where the log was looked at.
    var position: EventLogPosition
    /// Queues that may hold a job that waits and may start.
    var ready: Set<QueueName>
    /// Inputs of jobs that were just enqueued, so that they need not be read again.
    var inputs: [JobID: Payload] = [:]
    /// Whose turn it is where the process may run only so many jobs.
    var turns = LaneTurns()
    /// Why queues are not looked at although they may hold a job that waits.
    private(set) var held: [QueueName: ClaimEnd] = [:]

    init(position: EventLogPosition, ready: Set<QueueName>) {
        self.position = position
        self.ready = ready
    }

    /// Whether the end of any run, also in another process, may let a queue start a job.
    var awaitsPlaces: Bool { !held.isEmpty && held.values.contains { $0 == .full || $0 == .keysFull } }

    /// The earliest moment at which the rate of a queue allows a start again; nil when none waits for that.
    var nextTime: Timestamp? {
        if held.isEmpty { return nil }
        return held.values.compactMap { if case .tooEarly(let until) = $0 { until } else { nil } }.min()
    }

    /// Takes over how a round ended for a queue.
    mutating func note(_ end: ClaimEnd, of queue: QueueName) {
        switch end {
        case .noPlace: held[queue] = nil
        case .exhausted:
            held[queue] = nil
            ready.remove(queue)
        case .full, .keysFull, .tooEarly, .paused:
            held[queue] = end
            ready.remove(queue)
        }
    }

    /// Has a queue with a new job looked at, unless it is known why it starts none.
    mutating func noteJob(in queue: QueueName) {
        switch held[queue] {
        // The job may be of another limit key.
        case nil, .keysFull: ready.insert(queue)
        case .full, .tooEarly, .paused, .exhausted, .noPlace: break
        }
    }

    /// Has a queue looked at whose limits changed.
    mutating func noteChange(of queue: QueueName) {
        held[queue] = nil
        ready.insert(queue)
    }

    /// Has the queues looked at that wait for the end of a run.
    mutating func notePlace() { release { $0 == .full || $0 == .keysFull } }

    /// Has the queues looked at whose rate allows a start again.
    mutating func noteTime(_ now: Timestamp) {
        release { if case .tooEarly(let until) = $0 { until <= now } else { false } }
    }

    private mutating func release(where isOver: (ClaimEnd) -> Bool) {
        for (queue, end) in held where isOver(end) {
            held[queue] = nil
            ready.insert(queue)
        }
    }
}
