import Synchronization

/// The moments at the beginning of lines that are printed one after another: as wide as the widest so far, since those of another
/// day are longer and stand first.
final class MomentColumn: Sendable {
    private let width = Mutex(0)

    /// The text of the next moment.
    func padded(_ moment: String) -> TerminalText {
        let text = TerminalText(moment)
        let widest = width.withLock { width in
            width = max(width, text.width)
            return width
        }
        return text.padded(to: widest)
    }
}
