import Testing

@testable import HoldfastCLI

@Suite("Text for the terminal")
struct TerminalTextTests {
    @Test(arguments: [
        ("plain text 123 ~", "plain text 123 ~"),
        ("\u{1B}[31mred\u{1B}[0m", #"\u{1B}[31mred\u{1B}[0m"#),
        ("\u{1B}]0;title\u{07}", #"\u{1B}]0;title\u{07}"#),
        ("\u{9B}2J", #"\u{9B}2J"#),
        ("two\nlines\r\n", #"two\nlines\r\n"#),
        ("a\tb\u{00}\u{7F}", #"a\tb\u{00}\u{7F}"#),
        ("invoice\u{202E}fdp.exe", #"invoice\u{202E}fdp.exe"#),
        ("\u{2066}x\u{2069}\u{200E}\u{061C}", #"\u{2066}x\u{2069}\u{200E}\u{61C}"#),
        ("a\u{2028}b\u{2029}c\u{85}", #"a\u{2028}b\u{2029}c\u{85}"#),
        ("zero\u{200B}width\u{FEFF}\u{AD}", #"zero\u{200B}width\u{FEFF}\u{AD}"#),
        ("tag\u{E0041}\u{E01EF}", #"tag\u{E0041}\u{E01EF}"#),
        ("\u{FFFF}", #"\u{FFFF}"#),
        ("Grüße, 日本語, עברית", "Grüße, 日本語, עברית"),
    ])
    func `what could steer the terminal becomes visible`(raw: String, shown: String) {
        #expect(TerminalText(raw).text == shown)
    }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("Grüße", 5), ("Gru\u{308}ße", 5), ("日本", 4), ("한국", 4), ("ｆｕｌｌ", 8),
        ("🚀", 2), ("❤", 1), ("❤\u{FE0F}", 2), ("#\u{FE0F}\u{20E3}", 2), ("🇪🇸", 2), ("█░…", 3), ("\n", 2),
        ("क्षि", 3), ("สวัสดี", 4), ("\u{1B}", 6),
    ])
    func `the width counts columns`(raw: String, width: Int) {
        #expect(TerminalText(raw).width == width)
    }

    @Test func `a joined emoji never takes more columns than its width says`() {
        // Terminals that know the sequence draw 2 columns, others one emoji after the other.
        #expect(TerminalText("👩\u{200D}👧").width == 4)
        #expect(TerminalText("👩\u{200D}👧").text == "👩\u{200D}👧")
    }

    @Test func `a mark without a letter is shown, so that it cannot change what stands before`() {
        #expect(TerminalText("\u{301}x").text == #"\u{301}x"#)
        #expect(TerminalText("\u{200D}🚀").text == #"\u{200D}🚀"#)
    }

    @Test func `a pile of marks is cut off at eight`() {
        let text = TerminalText("a" + String(repeating: "\u{301}", count: 10))
        #expect(text.text == "a" + String(repeating: "\u{301}", count: 8) + #"\u{301}\u{301}"#)
        #expect(text.width == 15)
    }

    @Test(
        arguments: [
            ([0x61, 0xFF, 0x62], #"a\xFFb"#),
            ([0xC3], #"\xC3"#),
            ([0xE2, 0x82, 0x41], #"\xE2\x82A"#),
            ([0xC0, 0xAF], #"\xC0\xAF"#),
            ([0xED, 0xA0, 0x80], #"\xED\xA0\x80"#),
            ([0xC2, 0x9B, 0x41], #"\u{9B}A"#),
            ([0xF0, 0x9F, 0x9A, 0x80], "🚀"),
            ([], ""),
        ] as [([UInt8], String)])
    func `bytes that are not UTF-8 are shown one by one`(bytes: [UInt8], shown: String) {
        #expect(TerminalText(utf8: bytes).text == shown)
    }

    @Test(arguments: [
        ("hello", 5, "hello"), ("hello", 4, "hel…"), ("hello", 1, "…"), ("hello", 0, ""), ("hello", -3, ""),
        ("日本語", 6, "日本語"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("日本語", 2, "…"),
        ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"), ("", 3, ""), ("a\nb", 3, #"a\…"#),
    ])
    func `a cut leaves at most the limit and marks the place`(raw: String, limit: Int, shown: String) {
        #expect(TerminalText(raw).truncated(to: limit).text == shown)
        #expect(TerminalText(raw, limit: limit).text == shown)
        #expect(TerminalText(utf8: Array(raw.utf8), limit: limit).text == shown)
        #expect(TerminalText(raw).truncated(to: limit).width <= max(0, limit))
    }

    @Test func `text behind the limit costs nothing`() {
        let endless = String(repeating: "\u{1B}[2J日本", count: 200_000)
        let text = TerminalText(endless, limit: 10)
        #expect(text.text == #"\u{1B}[2J…"#)
        #expect(text.width == 10)
    }

    @Test func `any text at all comes out safe and measured right`() {
        var random = Xorshift(seed: 42)
        let pool: [ClosedRange<UInt32>] = [
            0...0xFF, 0x300...0x36F, 0x600...0x6FF, 0x1100...0x11FF, 0x2000...0x206F, 0x4E00...0x4E10,
            0xFE00...0xFEFF, 0xFFF0...0xFFFF, 0x1F1E6...0x1F64F, 0xE0000...0xE01F0,
        ]
        for _ in 0..<2_000 {
            var raw = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...30, using: &random) {
                let range = pool[Int.random(in: 0..<pool.count, using: &random)]
                if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) {
                    raw.append(scalar)
                }
            }
            let limit = Int.random(in: 0...40, using: &random)
            for text in [TerminalText(String(raw)), TerminalText(String(raw), limit: limit)] {
                #expect(!text.text.unicodeScalars.contains(where: ScalarEscape.isUnsafe))
                #expect(text.width == DisplayWidth.columns(of: text.text))
            }
            #expect(TerminalText(String(raw), limit: limit).width <= limit)
        }
    }

    @Test func `filling stands on the side of the alignment and never cuts`() {
        #expect(TerminalText("日本").padded(to: 6).text == "日本  ")
        #expect(TerminalText("42").padded(to: 5, .trailing).text == "   42")
        #expect(TerminalText("long").padded(to: 2).text == "long")
        #expect(TerminalText("日本語").fitted(to: 4).text == "日… ")
        #expect(TerminalText("日本語").fitted(to: 4).width == 4)
    }

    @Test(arguments: [
        ("", [""]), ("one", ["one"]), ("one\ntwo\n", ["one", "two"]), ("a\r\n\r\nb", ["a", "", "b"]),
        ("a\rb\u{1B}c", ["a", #"b\u{1B}c"#]), ("\n", [""]), ("1\n2\n3\n4", ["1", "2", "3"]),
    ])
    func `lines are kept apart when asked for`(raw: String, lines: [String]) {
        #expect(TerminalText.lines(of: raw, maximum: 3).map(\.text) == lines)
    }

    @Test func `interpolated text is made safe as well`() {
        let hostile = "\u{1B}c"
        let text: TerminalText = "job \(hostile)"
        #expect(text.text == #"job \u{1B}c"#)
    }

    @Test func `JSON on a terminal keeps its value and loses its teeth`() {
        let json = "{\n\t\"a\":\"x\u{9B}2J\u{202E}\u{E0041}\u{7F}é\"}"
        let shown = ScalarEscape.jsonForTerminal(json)
        #expect(shown == "{\n\t\"a\":\"x" + #"\u009B2J\u202E\uDB40\uDC41\u007Fé"# + "\"}")
        #expect(ScalarEscape.jsonForTerminal(#"{"a":"\u001b[0m"}"#) == #"{"a":"\u001b[0m"}"#)
    }
}
