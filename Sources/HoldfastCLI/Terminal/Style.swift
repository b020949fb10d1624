/// A way to set a piece of text apart, shown only where colour is wanted.
///
/// No meaning may rest on a style alone: whatever is red also says so in words.
enum Style: CaseIterable, Hashable, Sendable {
    case dim, bold, red, green, yellow, cyan

    /// The parameter of the SGR escape sequence that starts the style.
    var code: String {
        switch self {
        case .dim: "2"
        case .bold: "1"
        case .red: "31"
        case .green: "32"
        case .yellow: "33"
        case .cyan: "36"
        }
    }
}
