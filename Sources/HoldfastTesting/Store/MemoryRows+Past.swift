import HoldfastCore
import HoldfastStore

// What the tables tell about a position of the past.
extension MemoryRows {
    func position(at moment: Timestamp) -> EventLogPosition {
        let earlier = events.lazy.map(\.event).filter { $0.at <= moment }
        return earlier.max { ($0.at, $0.position) < ($1.at, $1.position) }?.position ?? .beginning
    }

    func page(_ query: JobQuery, at position: EventLogPosition) -> [JobID] {
        let end = query.before.map(jobIDs.firstIndex(notBelow:)) ?? jobIDs.elements.count
        var rest = query
        rest.filter.phases = nil
        return Array(
            jobIDs.elements[..<end].reversed().lazy.compactMap { jobs[$0] }.filter { state in
                guard rest.matches(state), let phase = phase(of: state, at: position) else { return false }
                return query.filter.phases?.contains(phase) ?? true
            }.map(\.id).prefix(query.limit))
    }

    func counters(at position: EventLogPosition) -> [QueueCountKey: Int] {
        jobs.values.reduce(into: [:]) { numbers, state in
            guard let phase = phase(of: state, at: position) else { return }
            numbers[QueueCountKey(queue: state.origin.queue, phase: phase), default: 0] += 1
        }
    }

    func keptState(of job: JobID, at position: EventLogPosition) -> WriteSet.Snapshot? {
        snapshots[job]?.last { $0.position <= position }
    }

    /// The state that a job was in; nil before there was one.
    private func phase(of state: JobState, at position: EventLogPosition) -> JobPhaseName? {
        if state.phasePosition <= position { return state.phase.name }
        return pastStates[state.id]?.first { $0.began <= position && position < $0.ended }?.phase
    }
}
