import HoldfastCore
import Synchronization

/// Draws how far a look through a file is, on a terminal, once it has taken a second.
///
/// It is told from any thread; a file that is done before is shown without it.
final class LookProgress: Sendable {
    private static let delay: Int64 = 1_000_000
    private static let interval: Int64 = 200_000

    private struct State {
        var region: LiveRegion
        var last: Int64
        var isDrawn = false
    }

    private let surroundings: CommandSurroundings
    private let phase: String
    private let unit: String
    private let start: Int64
    private let state: Mutex<State>

    /// Begins a look.
    ///
    /// - Parameters:
    ///   - surroundings: Where to draw; nothing is drawn where that is no terminal.
    ///   - phase: What is done, in one word.
    ///   - unit: The plural name of what is counted.
    init(_ surroundings: CommandSurroundings, _ phase: String, unit: String = "events") {
        self.surroundings = surroundings
        self.phase = phase
        self.unit = unit
        start = surroundings.now.microseconds
        state = Mutex(State(region: LiveRegion(style: surroundings.outputStyle()), last: start))
    }

    /// Shows how many of all were looked at; nil where nobody knows how many there are.
    func note(_ done: Int64, of total: Int64?) {
        let now = surroundings.now.microseconds
        guard surroundings.outputStyle().redraws, now - start >= Self.delay else { return }
        state.withLock { state in
            guard now - state.last >= Self.interval else { return }
            state.last = now
            state.isDrawn = true
            let seconds = Double(now - start) / 1_000_000
            let bar = ProgressState(
                phase: phase, done: done, total: total, unit: unit, ratePerSecond: Double(done) / seconds,
                elapsedMicroseconds: now - start)
            let style = surroundings.outputStyle()
            let line = ProgressBar.line(bar, width: style.width)
            let frame = state.region.frame(status: [line], size: style.size, at: now)
            // Who does not see the bar sees the outcome.
            _ = try? surroundings.output.write(frame)
            _ = try? surroundings.output.flush()
        }
    }
}
