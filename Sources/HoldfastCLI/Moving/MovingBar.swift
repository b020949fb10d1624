import HoldfastStore
import Synchronization

/// Shows on a terminal how far the move of a log has come: a bar for each part of it that takes long.
final class MovingBar: Sendable {
    private static let megabyte: Int64 = 1_000_000

    private let surroundings: CommandSurroundings
    private let isSilent: Bool
    private let bars = Mutex<[MovingProgress.Phase: LookProgress]>([:])

    /// Begins before anything is done.
    ///
    /// - Parameters:
    ///   - surroundings: Where it is shown.
    ///   - isSilent: Whether nothing is shown, because programs read the output.
    init(in surroundings: CommandSurroundings, isSilent: Bool = false) {
        self.surroundings = surroundings
        self.isSilent = isSilent
    }

    /// Draws the bar, if it is time.
    ///
    /// - Throws: `CancellationError` when the command was asked to stop.
    func show(_ progress: MovingProgress) throws {
        try Task.checkCancellation()
        guard !isSilent else { return }
        let isCopying = progress.phase == .copying
        let bar = bars.withLock { bars in
            let word = progress.phase.rawValue
            let bar =
                bars[progress.phase] ?? LookProgress(surroundings, word, unit: isCopying ? "MB" : "events")
            bars[progress.phase] = bar
            return bar
        }
        let unit = isCopying ? Self.megabyte : 1
        bar.note(progress.done / unit, of: progress.total / unit)
    }
}
