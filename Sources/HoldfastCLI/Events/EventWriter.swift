import HoldfastCore
import HoldfastStore

/// Turns events into the text of a command's output.
struct EventWriter {
    private let surroundings: CommandSurroundings
    private let isJSON: Bool
    private let showsJob: Bool
    private let moments = MomentColumn()

    /// Prepares to write.
    ///
    /// - Parameters:
    ///   - surroundings: What the output can show.
    ///   - isJSON: Whether a line is the event's envelope.
    ///   - showsJob: Whether a line names the job.
    init(_ surroundings: CommandSurroundings, isJSON: Bool, showsJob: Bool) {
        self.surroundings = surroundings
        self.isJSON = isJSON
        self.showsJob = showsJob
    }

    /// The line of an event, with its end.
    func text(of event: StoredEvent) -> String { text(of: [event]) }

    /// The lines of events, each with its end.
    func text(of events: [StoredEvent]) -> String {
        guard !isJSON else { return events.map { surroundings.json($0.envelope.text) }.joined() }
        let style = surroundings.outputStyle()
        let summary = EventSummary(time: surroundings.time, now: surroundings.now)
        let line = EventLine(summary: summary, showsJob: showsJob, width: style.width, moments: moments)
        return events.map { style.render(line.line(of: $0)) + "\n" }.joined()
    }
}
