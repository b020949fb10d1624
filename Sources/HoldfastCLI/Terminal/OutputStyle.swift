#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the output can show: whether it is a terminal, how wide it is, and whether colour is
/// wanted.
struct OutputStyle: Hashable, Sendable {
    /// Whether a terminal reads the output, and not a pipe or a file.
    var isTerminal: Bool
    /// Whether styles are written: only to a terminal that is not `dumb`, and not when `NO_COLOR`
    /// is set.
    var usesColor: Bool
    /// Whether lines already written can be drawn again, which a `dumb` terminal cannot.
    var redraws: Bool
    /// The size of the terminal; `standard` when the output is none.
    var size: TerminalSize

    /// A pipe or a file: no colour, no limit to the width.
    static let plain = OutputStyle(isTerminal: false, usesColor: false, redraws: false, size: .standard)

    /// The columns a line must fit in, or nil when the output is no terminal and nothing is to be
    /// cut.
    var width: Int? { isTerminal ? size.columns : nil }

    /// Finds out what a file descriptor can show.
    ///
    /// It is safe to call often, for instance at each redraw, to follow a change of the window's
    /// size.
    ///
    /// - Parameters:
    ///   - fileDescriptor: Standard output, or another open file.
    ///   - variable: Reads an environment variable; of interest are `NO_COLOR`
    ///     (https://no-color.org: any value but the empty one counts), `TERM`, `COLUMNS` and
    ///     `LINES`.
    /// - Returns: What it can show now.
    static func detect(
        fileDescriptor: Int32 = STDOUT_FILENO,
        variable: (String) -> String? = environmentVariable
    ) -> OutputStyle {
        guard isatty(fileDescriptor) == 1 else { return .plain }
        let term = variable("TERM") ?? ""
        let isCapable = !term.isEmpty && term != "dumb"
        return OutputStyle(
            isTerminal: true,
            usesColor: isCapable && (variable("NO_COLOR") ?? "").isEmpty,
            redraws: isCapable,
            size: .current(of: fileDescriptor, variable: variable)
        )
    }

    /// Returns a line as it is written to this output: cut to the terminal's width, with or without
    /// colour.
    func render(_ line: StyledLine) -> String {
        (width.map(line.truncated(to:)) ?? line).rendered(color: usesColor)
    }

    /// Reads a variable of the process's environment.
    static func environmentVariable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
