import Testing

@testable import HoldfastCLI

@Suite("The live region")
struct LiveRegionTests {
    private static let size = TerminalSize(columns: 20, rows: 8)
    private static let terminal = OutputStyle(isTerminal: true, usesColor: true, redraws: true, size: size)
    private static let dumb = OutputStyle(isTerminal: true, usesColor: false, redraws: false, size: size)

    private func status(_ text: String) -> [StyledLine] { [StyledLine(TerminalText(text), .green)] }

    @Test func `each frame takes the place of the one before`() {
        var region = LiveRegion(style: Self.terminal, logCapacity: 2)
        var screen = ScreenEmulator(columns: 20, rows: 8)
        screen.write("$ holdfast demo\n")
        for step in 0..<50 {
            region.add(log: StyledLine("log \(step)"))
            screen.write(region.frame(status: status("step \(step)"), size: Self.size, at: 0))
        }
        #expect(screen.visible == ["$ holdfast demo", "step 49", "log 48", "log 49"])
        #expect(screen.scrolledOff.isEmpty)
        #expect(screen.faults.isEmpty)
        #expect(screen.wrapsAtEdge)
    }

    @Test func `a block at the bottom of the screen scrolls once and then stays`() {
        var region = LiveRegion(style: Self.terminal, logCapacity: 3)
        var screen = ScreenEmulator(columns: 20, rows: 5)
        let size = TerminalSize(columns: 20, rows: 5)
        for line in 0..<4 { screen.write("before \(line)\n") }
        for step in 0..<20 {
            region.add(log: StyledLine("log \(step)"))
            screen.write(region.frame(status: status("step \(step)"), size: size, at: 0))
        }
        #expect(screen.visible == ["step 19", "log 17", "log 18", "log 19"])
        #expect(screen.scrolledOff == ["before 0", "before 1", "before 2", "before 3"])
    }

    @Test func `a block that is too high for the screen is cut`() {
        var region = LiveRegion(style: Self.terminal, logCapacity: 30)
        var screen = ScreenEmulator(columns: 20, rows: 4)
        for step in 0..<30 {
            region.add(log: StyledLine("log \(step)"))
            screen.write(
                region.frame(status: status("step"), size: TerminalSize(columns: 20, rows: 4), at: 0))
        }
        #expect(screen.visible == ["step", "log 28", "log 29"])
        #expect(screen.scrolledOff.isEmpty)
    }

    @Test func `lines that are too long are cut, wide ones as well`() {
        var region = LiveRegion(style: Self.terminal)
        var screen = ScreenEmulator(columns: 20, rows: 8)
        for _ in 0..<3 {
            region.add(log: StyledLine(TerminalText(String(repeating: "日本", count: 20))))
            let bar = ProgressBar.line(ProgressState(done: 1, total: 2), width: 20)
            screen.write(region.frame(status: [bar], size: Self.size, at: 0))
        }
        #expect(screen.visible.count == 4)
        #expect(screen.faults.isEmpty)
    }

    @Test func `a shrinking block leaves nothing behind`() {
        var region = LiveRegion(style: Self.terminal)
        var screen = ScreenEmulator(columns: 20, rows: 8)
        screen.write(region.frame(status: status("one") + status("two"), size: Self.size, at: 0))
        screen.write(region.frame(status: status("1"), size: Self.size, at: 0))
        #expect(screen.visible == ["1"])
    }

    @Test func `a window that became narrower has wrapped the lines, and they go too`() {
        var region = LiveRegion(style: Self.terminal)
        var screen = ScreenEmulator(columns: 10, rows: 8)
        _ = region.frame(status: status("123456789012345678"), size: Self.size, at: 0)
        // What a terminal of 10 columns makes of the line of 18 that was there.
        screen.write("above\n1234567890\n12345678\n")
        screen.write(region.frame(status: status("narrow"), size: TerminalSize(columns: 10, rows: 8), at: 0))
        #expect(screen.visible == ["above", "narrow"])
    }

    @Test func `permanent lines stay above the region`() {
        var region = LiveRegion(style: Self.terminal)
        var screen = ScreenEmulator(columns: 20, rows: 8)
        for step in 0..<3 {
            screen.write(
                region.permanent([StyledLine("done \(step)")], status: status("at \(step)"), size: Self.size))
        }
        #expect(screen.visible == ["done 0", "done 1", "done 2", "at 2"])
        var pipe = LiveRegion(style: .plain)
        #expect(pipe.permanent([StyledLine("done")], status: status("at"), size: Self.size) == "done\n")
    }

    @Test func `after the end the next output starts below`() {
        var region = LiveRegion(style: Self.terminal)
        var screen = ScreenEmulator(columns: 20, rows: 8)
        screen.write(region.frame(status: status("running"), size: Self.size, at: 0))
        screen.write(region.finish(status: status("completed"), size: Self.size))
        screen.write("$ ")
        #expect(screen.visible == ["completed", "$ "])
        screen.write("\n" + region.frame(status: status("again"), size: Self.size, at: 0))
        #expect(screen.visible == ["completed", "$ ", "again"])
    }

    @Test(arguments: [OutputStyle.plain, dumb])
    func `without redrawing there is one frame of plain lines in each interval`(style: OutputStyle) {
        var region = LiveRegion(style: style, logCapacity: 2, plainInterval: 1_000_000)
        var frames: [String] = []
        for tenth in Int64(0)...20 {
            region.add(log: StyledLine("log \(tenth)"))
            frames.append(region.frame(status: status("at \(tenth)"), size: Self.size, at: tenth * 100_000))
        }
        #expect(
            frames.filter { !$0.isEmpty } == [
                "log 0\nat 0\n",
                style.isTerminal
                    ? "(8 more log lines n…\nlog 9\nlog 10\nat 10\n"
                    : "(8 more log lines not shown)\nlog 9\nlog 10\nat 10\n",
                style.isTerminal
                    ? "(8 more log lines n…\nlog 19\nlog 20\nat 20\n"
                    : "(8 more log lines not shown)\nlog 19\nlog 20\nat 20\n",
            ])
        #expect(frames.joined().unicodeScalars.allSatisfy { $0 != "\u{1B}" })
    }

    @Test func `the last frame is written whatever the interval`() {
        var region = LiveRegion(style: .plain, plainInterval: 1_000_000)
        #expect(region.frame(status: status("a"), size: Self.size, at: 0) == "a\n")
        #expect(region.frame(status: status("b"), size: Self.size, at: 1) == "")
        region.add(log: StyledLine("last words"))
        #expect(region.finish(status: status("c"), size: Self.size) == "last words\nc\n")
    }

    @Test func `a clock that was set back does not silence the output`() {
        var region = LiveRegion(style: .plain, plainInterval: 1_000_000)
        #expect(region.frame(status: status("a"), size: Self.size, at: 9_000_000) == "a\n")
        #expect(region.frame(status: status("b"), size: Self.size, at: 1_000_000) == "b\n")
    }

    @Test func `hostile logs cannot leave their line`() {
        var region = LiveRegion(style: Self.terminal)
        var screen = ScreenEmulator(columns: 60, rows: 8)
        let size = TerminalSize(columns: 60, rows: 8)
        for _ in 0..<2 {
            region.add(log: StyledLine(TerminalText("\u{1B}[9A\u{1B}[2J\n\nowned\r")))
            screen.write(region.frame(status: status("ok"), size: size, at: 0))
        }
        let shown = #"\u{1B}[9A\u{1B}[2J\n\nowned\r"#
        #expect(screen.visible == ["ok", shown, shown])
        #expect(screen.faults.isEmpty)
    }
}
