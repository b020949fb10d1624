import HoldfastCore
import HoldfastStore
import Testing

/// What is true of one job: its state and its steps, read from a store or folded from events.
struct JobOutline: Hashable, Sendable {
    /// The job's state.
    let state: JobState
    /// Its steps, ordered by the bytes of their names, then by occurrence.
    let steps: [StepRecord]

    /// Puts together what a store says.
    init(state: JobState, steps: [StepRecord]) {
        self.state = state
        self.steps = steps
    }

    /// Folds the events of a log that has one job.
    ///
    /// - Throws: `EventDecodingError` and `IllegalTransition` when the log is damaged or of a newer program.
    init(folding events: [StoredEvent]) throws {
        var state: JobState?
        var steps: [StepKey: StepRecord] = [:]
        for event in events {
            let recorded = try event.decoded()
            guard case .job(let event) = recorded.event else { continue }
            state = try JobState.applying(recorded, to: state)
            if let step = event.step { steps[step] = StepRecord.applying(recorded, to: steps[step]) }
        }
        self.state = try #require(state)
        self.steps = steps.values.sorted {
            ($0.key.name, $0.key.occurrence) < ($1.key.name, $1.key.occurrence)
        }
    }

    /// One JSON object, with a line for the state and one for each step, so that a difference is easy to read.
    var lines: [String] {
        let steps = steps.map { $0.json.text }
        let separated = steps.dropLast().map { $0 + "," } + steps.suffix(1)
        return [#"{"job":\#(JobStateCodec.encode(state)),"#, #""steps":["#] + separated + ["]}"]
    }

    /// The object on one line.
    var json: JSONText { JSONText(unchecked: lines.joined()) }
}

extension StepRecord {
    /// The JSON object of a step; it belongs to the recorded files and to nothing else.
    fileprivate var json: JSONText {
        JSONWriter.object { writer in
            writer.field("name", key.name)
            writer.field("occurrence", key.occurrence)
            writer.field("status", status.name)
            writer.field("failures", failures)
            writer.field("attempt", attempt)
            writer.field("started_at", startedAt)
            writer.field("changed_at", changedAt)
            switch status {
            case .started: break
            case .completed(let position, let duration), .unused(let position, let duration):
                writer.field("result", position.description)
                writer.field("duration_us", duration)
            case .failed(let position, let retryAt):
                writer.field("failed_at", position.description)
                if let retryAt { writer.field("retry_at", retryAt) }
            }
        }
    }
}
