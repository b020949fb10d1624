public import HoldfastCore

// What the writer's thread offers about queues.
extension LogTransaction {
    /// Jobs that wait for a worker: higher priority first, then older ids.
    ///
    /// Where `perKey` is given, of the jobs with one limit key and of one kind only the first is among them, and none
    /// while so many jobs of that key run.
    public func queued(
        _ queue: QueueName, kinds: Set<JobKind>, perKey: Int? = nil, limit: Int
    ) throws(StoreError) -> [JobID] {
        try flush()
        return try writer.queued(queue, kinds: kinds, perKey: perKey, limit: limit)
    }

    /// A queue with everything that was decided before; nil when it was never configured or paused.
    public func queue(_ name: QueueName) throws(StoreError) -> QueueState? { try queues()[name] }

    /// How many jobs of a queue run, over all processes.
    public func runningJobs(in queue: QueueName) throws(StoreError) -> Int {
        let change = pending.counters[QueueCountKey(queue: queue, phase: .running)] ?? 0
        return change + (try writer.running(in: queue, key: nil))
    }

    /// How many jobs of a limit key run, over all processes.
    public func runningJobs(of key: QueueKey) throws(StoreError) -> Int {
        (pending.runningKeys[key] ?? 0) + (try writer.running(in: key.queue, key: key.key))
    }

    /// Decides a command on a queue and appends what follows from it.
    ///
    /// - Returns: The queue as it is then; its standard values when nobody ever configured or paused it.
    /// - Throws: `QueueRejection` when a limit makes no sense, `StoreError` when the queues cannot be read.
    @discardableResult
    public func execute(
        _ command: QueueCommand, on queue: QueueName, by actor: EventActor
    ) throws -> QueueState {
        let state = try self.queue(queue)
        if let event = try QueueState.decide(command, on: queue, in: state) { record(event, by: actor) }
        return try self.queue(queue) ?? QueueState(name: queue)
    }

    /// Brings the row of a queue up to date with the start of one of its jobs.
    ///
    /// It costs a look at a small dictionary, which is empty where nobody configured a queue.
    func noteStart(_ recorded: RecordedEvent, in queue: QueueName) throws(StoreError) {
        guard try !queues().isEmpty else { return }
        project(recorded, on: queue)
    }

    /// Brings the row of a queue up to date with an event.
    func project(_ recorded: RecordedEvent, on queue: QueueName) {
        guard var states = knownQueues else {
            preconditionFailure("events of queues are made by execute(_:on:by:), which has read the queues")
        }
        savepoint.queues.append((queue, known: states[queue], pending: pending.queues[queue]))
        // Held here alone, so that the change copies nothing.
        knownQueues = nil
        pending.project(recorded, on: queue, in: &states)
        knownQueues = states
    }

    private func queues() throws(StoreError) -> [QueueName: QueueState] {
        if let knownQueues { return knownQueues }
        var states: [QueueName: QueueState] = [:]
        for state in try writer.queues() { states[state.name] = state }
        // What is not written yet must not be read from the store.
        states.merge(pending.queues) { $1 }
        knownQueues = states
        return states
    }
}
