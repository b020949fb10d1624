#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The columns and rows of a terminal.
struct TerminalSize: Hashable, Sendable {
    /// Characters in a line, at least 1.
    var columns: Int
    /// Lines on the screen, at least 1.
    var rows: Int

    /// The size taken when nothing tells it.
    static let standard = TerminalSize(columns: 80, rows: 24)

    /// The value beyond which a size is a mistake.
    private static let maximum = 10_000

    /// Reads the size of the terminal behind a file descriptor.
    ///
    /// Asks the terminal first, then `COLUMNS` and `LINES`, then takes 80 and 24, for each of the
    /// two alone: a terminal behind a serial line often reports zero.
    static func current(of fileDescriptor: Int32, variable: (String) -> String?) -> TerminalSize {
        var window = winsize()
        if ioctl(fileDescriptor, UInt(TIOCGWINSZ), &window) != 0 { window = winsize() }
        return TerminalSize(
            columns: pick(Int(window.ws_col), variable("COLUMNS"), standard.columns),
            rows: pick(Int(window.ws_row), variable("LINES"), standard.rows)
        )
    }

    private static func pick(_ measured: Int, _ configured: String?, _ fallback: Int) -> Int {
        let range = 1...maximum
        if range.contains(measured) { return measured }
        if let configured = configured.flatMap({ Int($0) }), range.contains(configured) { return configured }
        return fallback
    }
}
