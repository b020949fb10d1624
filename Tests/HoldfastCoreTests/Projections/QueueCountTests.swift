import HoldfastCore
import Testing

/// The changes of the numbers of jobs per queue and state.
struct QueueCountTests {
    private func key(_ phase: JobPhaseName) -> QueueCountKey { QueueCountKey(queue: .default, phase: phase) }

    private func changes(_ old: JobState?, _ new: JobState) -> [QueueCountKey: Int] {
        Dictionary(
            QueueCounts.changes(from: old, to: new).map { ($0.key, $0.by) }, uniquingKeysWith: { $0 + $1 })
    }

    @Test func `a new job is counted where it begins`() throws {
        #expect(changes(nil, try Situation.queued.specification().state()) == [key(.queued): 1])
        #expect(changes(nil, try Situation.scheduled.specification().state()) == [key(.scheduled): 1])
    }

    @Test func `a job that changes its state is counted there and no longer here`() throws {
        let job = try given(.enqueued())
        #expect(
            changes(try job.state(), try job.and(.started()).state()) == [key(.queued): -1, key(.running): 1])
    }

    @Test func `an event that leaves the state alone changes no number`() throws {
        let job = try given(.enqueued(), .started())
        #expect(changes(try job.state(), try job.and(.stepStarted(StepKey("a"))).state()).isEmpty)
    }

    @Test func `the changes of a whole life leave one job in its last state`() throws {
        let history = try given(
            .enqueued(), .started(), .attemptFailed(), .started(), .completed(), .retried(), .started(),
            .failed()
        ).history
        var counts: [QueueCountKey: Int] = [:]
        var state: JobState?
        for event in history.events {
            let next = try JobState.applying(event, to: state)
            counts.merge(changes(state, next), uniquingKeysWith: +)
            state = next
        }
        #expect(counts.filter { $0.value != 0 } == [key(.failed): 1])
    }
}
