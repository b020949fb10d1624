/// One line made of pieces, each with a style of its own or none.
///
/// Styles are kept apart from the text until `rendered(color:)`, so a line is measured, cut and
/// filled without ever cutting through an escape sequence.
struct StyledLine: Hashable, Sendable {
    private struct Piece: Hashable, Sendable {
        var text: TerminalText
        var style: Style?
    }

    private var pieces: [Piece] = []

    /// The columns the line takes.
    private(set) var width = 0

    /// Makes an empty line.
    init() {}

    /// Makes a line of one piece.
    init(_ text: TerminalText, _ style: Style? = nil) {
        append(text, style)
    }

    /// Adds a piece at the end.
    mutating func append(_ text: TerminalText, _ style: Style? = nil) {
        guard !text.text.isEmpty else { return }
        pieces.append(Piece(text: text, style: style))
        width += text.width
    }

    /// Adds all pieces of another line at the end.
    mutating func append(_ line: StyledLine) {
        pieces += line.pieces
        width += line.width
    }

    /// Returns the line cut to a width, with `…` in the style of the piece that was cut.
    func truncated(to limit: Int) -> StyledLine {
        guard width > limit else { return self }
        var result = StyledLine()
        for piece in pieces {
            let room = limit - result.width
            // A piece that exactly fills the room still gives its last column to the mark of what
            // follows.
            guard piece.text.width < room else {
                let marked = piece.text + "…"
                result.append(marked.truncated(to: room), piece.style)
                break
            }
            result.append(piece.text, piece.style)
        }
        return result
    }

    /// Returns the line as text for the output, without a line end.
    ///
    /// With `color` each styled piece is opened and closed by an escape sequence of its own.
    func rendered(color: Bool) -> String {
        pieces.reduce(into: "") { output, piece in
            if color, let style = piece.style {
                output += "\u{1B}[\(style.code)m\(piece.text.text)\u{1B}[0m"
            } else {
                output += piece.text.text
            }
        }
    }

    /// The text without any style.
    var plain: String { rendered(color: false) }
}
