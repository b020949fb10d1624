import Testing

@testable import HoldfastCLI

@Suite("Tables")
struct TextTableTests {
    struct Job: Sendable {
        var id: String
        var kind: String
        var steps: Int
        var remark: String
    }

    private let table = TextTable<Job>(columns: [
        .init("JOB", minimumWidth: 8, priority: 9) { TableCell($0.id, .cyan) },
        .init("KIND", minimumWidth: 6, priority: 5) { "\($0.kind)" },
        .init("STEPS", alignment: .trailing, minimumWidth: 5, priority: 3) { "\($0.steps)" },
        .init("REMARK", minimumWidth: 10, maximumWidth: 60, priority: 1) { TableCell($0.remark) },
    ])
    private let jobs = [
        Job(id: "0198-a", kind: "inventory", steps: 7, remark: ""),
        Job(id: "0198-b", kind: "mail", steps: 1_200, remark: "waits for approval"),
    ]

    @Test func `columns are aligned and no line ends in spaces`() {
        let layout = table.layout(jobs, width: 80)
        #expect(
            layout.lines.map(\.plain) == [
                "JOB     KIND       STEPS  REMARK",
                "0198-a  inventory      7",
                "0198-b  mail        1200  waits for approval",
            ])
        #expect(layout.hiddenColumns.isEmpty)
    }

    @Test func `a style covers the text of its cell and nothing else`() {
        let line = table.layout(jobs, width: 80).lines[1].rendered(color: true)
        #expect(line == "\u{1B}[36m0198-a\u{1B}[0m  inventory      7")
    }

    @Test func `without rows there is only the header, without columns nothing`() {
        #expect(table.layout([], width: 80).lines.map(\.plain) == ["JOB  KIND  STEPS  REMARK"])
        #expect(table.layout([], width: nil).lines.map(\.plain) == ["JOB  KIND  STEPS  REMARK"])
        #expect(TextTable<Job>(columns: []).layout(jobs, width: 80).lines.isEmpty)
        #expect(TextTable<Job>(columns: []).layout(jobs, width: nil).lines.isEmpty)
    }

    @Test func `the column of lowest priority shrinks first`() {
        let layout = table.layout(jobs, width: 40)
        #expect(
            layout.lines.map(\.plain) == [
                "JOB     KIND       STEPS  REMARK",
                "0198-a  inventory      7",
                "0198-b  mail        1200  waits for app…",
            ])
    }

    @Test func `what cannot shrink any more is left out and named`() {
        let layout = table.layout(jobs, width: 30)
        #expect(layout.hiddenColumns == ["REMARK"])
        #expect(
            layout.lines.map(\.plain) == [
                "JOB     KIND       STEPS", "0198-a  inventory      7", "0198-b  mail        1200",
            ])
        #expect(table.layout(jobs, width: 8).hiddenColumns == ["KIND", "STEPS", "REMARK"])
        #expect(table.layout(jobs, width: 3).lines.map(\.plain) == ["JOB", "01…", "01…"])
    }

    @Test(arguments: Array(1...24) + [60, 79, 80, 81, 132, 200])
    func `no line is wider than the terminal, whatever the cells hold`(width: Int) {
        let hostile = [
            Job(id: String(repeating: "x", count: 5_000), kind: "日本語のジョブ", steps: .max, remark: "🚀🚀🚀🚀\n\n"),
            Job(id: "\u{1B}[2J", kind: "a\u{202E}b", steps: .min, remark: String(repeating: "語", count: 999)),
            Job(id: "", kind: "", steps: 0, remark: String(repeating: "\u{301}", count: 50)),
        ]
        let layout = table.layout(hostile + jobs, width: width)
        #expect(layout.lines.count == 6)
        for line in layout.lines {
            #expect(line.width <= width)
            #expect(DisplayWidth.columns(of: line.plain) == line.width)
            #expect(!line.plain.unicodeScalars.contains(where: ScalarEscape.isUnsafe))
        }
        if width >= 60 { #expect(layout.hiddenColumns.isEmpty) }
    }

    @Test func `wide characters keep the columns below one another`() {
        let rows = [
            Job(id: "a", kind: "日本", steps: 1, remark: "r"),
            Job(id: "b", kind: "kind", steps: 2, remark: "r"),
        ]
        #expect(
            table.layout(rows, width: 60).lines.map(\.plain) == [
                "JOB  KIND  STEPS  REMARK", "a    日本      1  r", "b    kind      2  r",
            ])
    }

    @Test func `a column stops at its maximum on a terminal`() {
        let row = Job(id: "a", kind: "k", steps: 1, remark: String(repeating: "word ", count: 50))
        let cell = table.layout([row], width: 200).lines[1]
        #expect(cell.plain.hasSuffix("…"))
        #expect(cell.width == "JOB  KIND  STEPS  ".count + 60)
    }

    @Test func `nothing is cut or left out when the output is no terminal`() {
        let long = String(repeating: "word ", count: 100) + "end\n"
        let layout = table.layout([Job(id: "a", kind: "k", steps: 1, remark: long)], width: nil)
        #expect(layout.hiddenColumns.isEmpty)
        #expect(layout.lines[1].plain.hasSuffix(#"word end\n"#))
    }
}

@Suite("Fitting columns")
struct ColumnFittingTests {
    typealias Demand = ColumnFitting.Demand

    @Test func `columns of one priority shrink from the widest`() {
        let demands = [
            Demand(natural: 30, minimum: 5, priority: 1), Demand(natural: 10, minimum: 5, priority: 1),
        ]
        #expect(ColumnFitting(gap: 2).widths(for: demands, in: 32) == [20, 10])
        #expect(ColumnFitting(gap: 2).widths(for: demands, in: 18) == [8, 8])
    }

    @Test func `of equal columns the last is left out`() {
        let demands = Array(repeating: Demand(natural: 10, minimum: 10, priority: 0), count: 3)
        #expect(ColumnFitting(gap: 2).widths(for: demands, in: 22) == [10, 10, nil])
    }

    @Test func `room that a dropped column leaves goes back to the others`() {
        let demands = [
            Demand(natural: 20, minimum: 5, priority: 2), Demand(natural: 20, minimum: 18, priority: 1),
        ]
        #expect(ColumnFitting(gap: 2).widths(for: demands, in: 22) == [20, nil])
    }

    @Test func `any demand fits any width, and keeps its minimum unless it is alone`() {
        var random = Xorshift(seed: 7)
        for _ in 0..<2_000 {
            let demands = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                Demand(
                    natural: .random(in: 1...120, using: &random),
                    minimum: .random(in: -2...40, using: &random),
                    priority: .random(in: 0...3, using: &random))
            }
            let available = Int.random(in: 1...200, using: &random)
            let widths = ColumnFitting(gap: 2).widths(for: demands, in: available)
            let kept = widths.compactMap(\.self)
            #expect(!kept.isEmpty)
            #expect(kept.reduce((kept.count - 1) * 2, +) <= available)
            for (demand, width) in zip(demands, widths) {
                guard let width else { continue }
                #expect(width <= demand.natural)
                #expect(width >= (kept.count == 1 ? 1 : min(demand.minimum, demand.natural)))
            }
        }
    }
}
