import Testing

@testable import HoldfastCLI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite("What the output can show")
struct OutputStyleTests {
    /// A terminal without a window, for as long as this value lives.
    private final class PseudoTerminal {
        let controller: Int32
        let terminal: Int32

        init(columns: UInt16, rows: UInt16) throws {
            controller = open("/dev/ptmx", O_RDWR | O_NOCTTY)
            terminal = open(try Self.unlockedName(of: controller), O_RDWR | O_NOCTTY)
            try #require(terminal >= 0)
            var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
            try #require(ioctl(controller, UInt(TIOCSWINSZ), &size) == 0)
        }

        private static func unlockedName(of controller: Int32) throws -> String {
            #if os(Linux)
                // TIOCSPTLCK and TIOCGPTN: the macros, and the functions above them, are not imported.
                var isLocked: Int32 = 0
                var number: Int32 = -1
                try #require(ioctl(controller, 0x4004_5431, &isLocked) == 0)
                try #require(ioctl(controller, 0x8004_5430, &number) == 0)
                return "/dev/pts/\(number)"
            #else
                try #require(grantpt(controller) == 0 && unlockpt(controller) == 0)
                return String(cString: try #require(ptsname(controller)))
            #endif
        }

        deinit {
            close(terminal)
            close(controller)
        }
    }

    @Test func `a terminal tells its size and gets colour`() throws {
        let terminal = try PseudoTerminal(columns: 132, rows: 43)
        let style = OutputStyle.detect(fileDescriptor: terminal.terminal) {
            ["TERM": "xterm", "COLUMNS": "70"][$0]
        }
        #expect(style.isTerminal && style.usesColor && style.redraws)
        #expect(style.size == TerminalSize(columns: 132, rows: 43))
        #expect(style.width == 132)
    }

    @Test(arguments: [
        (["COLUMNS": "70", "LINES": "20"], TerminalSize(columns: 70, rows: 20)),
        ([:], TerminalSize(columns: 80, rows: 24)),
        (["COLUMNS": "0", "LINES": "-4"], TerminalSize(columns: 80, rows: 24)),
        (["COLUMNS": "wide", "LINES": "999999999"], TerminalSize(columns: 80, rows: 24)),
    ])
    func `a terminal that does not know its size takes it from the environment`(
        environment: [String: String], size: TerminalSize
    ) throws {
        let terminal = try PseudoTerminal(columns: 0, rows: 0)
        #expect(TerminalSize.current(of: terminal.terminal) { environment[$0] } == size)
        #expect(TerminalSize.current(of: -1) { environment[$0] } == size)
    }

    @Test(arguments: [
        (["TERM": "xterm-256color"], true, true),
        (["TERM": "xterm", "NO_COLOR": "1"], false, true),
        (["TERM": "xterm", "NO_COLOR": ""], true, true),
        (["TERM": "dumb"], false, false),
        ([:], false, false),
    ])
    func `colour and redrawing follow the environment`(
        environment: [String: String], usesColor: Bool, redraws: Bool
    ) throws {
        let terminal = try PseudoTerminal(columns: 80, rows: 24)
        let style = OutputStyle.detect(fileDescriptor: terminal.terminal) { environment[$0] }
        #expect(style.isTerminal)
        #expect(style.usesColor == usesColor)
        #expect(style.redraws == redraws)
    }

    @Test func `a pipe is plain and without a width`() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        let style = OutputStyle.detect(fileDescriptor: ends[1]) { ["TERM": "xterm", "COLUMNS": "70"][$0] }
        #expect(style == .plain)
        #expect(style.width == nil)
    }

    @Test func `a line is cut and coloured as the output can show it`() {
        let line = StyledLine("a long line", .red)
        let narrow = OutputStyle(
            isTerminal: true, usesColor: true, redraws: true, size: TerminalSize(columns: 6, rows: 2))
        #expect(narrow.render(line) == "\u{1B}[31ma lon…\u{1B}[0m")
        #expect(OutputStyle.plain.render(line) == "a long line")
    }
}
