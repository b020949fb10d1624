import Testing

@testable import HoldfastCLI

@Suite("Styled lines")
struct StyledLineTests {
    private var line: StyledLine {
        var line = StyledLine("job", .bold)
        line.append(" ")
        line.append("日本", .red)
        return line
    }

    @Test func `styles are written only in colour and closed behind each piece`() {
        #expect(line.rendered(color: true) == "\u{1B}[1mjob\u{1B}[0m \u{1B}[31m日本\u{1B}[0m")
        #expect(line.rendered(color: false) == "job 日本")
        #expect(line.width == 8)
    }

    @Test func `every style has a code of its own`() {
        #expect(Set(Style.allCases.map(\.code)).count == Style.allCases.count)
    }

    @Test(arguments: [
        (9, "job 日本"), (8, "job 日本"), (7, "job 日…"), (6, "job …"), (5, "job …"), (4, "job…"), (3, "jo…"),
        (1, "…"), (0, ""), (-1, ""),
    ])
    func `a cut counts columns over all pieces`(limit: Int, shown: String) {
        #expect(line.truncated(to: limit).plain == shown)
        #expect(line.truncated(to: limit).width <= max(0, limit))
    }

    @Test func `a cut never leaves a style open`() {
        #expect(line.truncated(to: 2).rendered(color: true) == "\u{1B}[1mj…\u{1B}[0m")
    }

    @Test func `hostile text cannot bring a style of its own`() {
        let line = StyledLine(TerminalText("\u{1B}[0m\u{1B}[5m"), .green)
        #expect(line.rendered(color: false).unicodeScalars.allSatisfy { $0 != "\u{1B}" })
        #expect(line.rendered(color: true).unicodeScalars.count { $0 == "\u{1B}" } == 2)
    }

    @Test func `empty pieces leave no trace`() {
        var line = StyledLine(.empty, .red)
        line.append(StyledLine())
        #expect(line == StyledLine())
        #expect(line.rendered(color: true).isEmpty)
    }
}
