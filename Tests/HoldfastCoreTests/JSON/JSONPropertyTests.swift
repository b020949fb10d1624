import Foundation
import HoldfastCore
import Testing

/// The grammar against Foundation's, with random texts.
struct JSONPropertyTests {
    @Test func `random values are accepted, keep their meaning and become compact`() {
        Property.holds(from: 60_000_000) { seed in
            var author = JSONAuthor(seed: seed)
            let (loose, compact) = author.value(depth: 4)
            let json = try JSONText(validating: loose)
            try demand(Array(json.text.utf8) == Array(compact.utf8), "\(loose) became \(json)")
            try demand(try parsed(json.text) == parsed(loose), "\(loose) became \(json)")
        }
    }

    @Test func `a damaged text is JSON or not, as Foundation says`() {
        Property.holds(from: 61_000_000, cases: 5_000) { seed in
            // Without surrogate pairs: half of one is within the grammar, and Foundation refuses it.
            var author = JSONAuthor(seed: seed, pairs: false)
            let text = author.damaged(author.value(depth: 2).compact)
            // Foundation allows a comma behind the last field, which RFC 8259 does not.
            guard !text.contains(",}"), !text.contains(",]") else { return }
            let isAccepted = (try? JSONText(validating: text)) != nil
            let isRead = (try? parsed(text)) != nil
            try demand(isAccepted == isRead, "\(text) was \(isAccepted ? "accepted" : "refused")")
        }
    }

    private func parsed(_ text: String) throws -> NSArray {
        [try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)]
    }
}

/// Writes random JSON in two ways: with white space anywhere, and without.
private struct JSONAuthor {
    private var generator: SplitMix64

    private let pairs: Bool

    init(seed: UInt64, pairs: Bool = true) {
        generator = SplitMix64(seed: seed)
        self.pairs = pairs
    }

    mutating func value(depth: Int) -> (loose: String, compact: String) {
        var pair: (loose: String, compact: String)
        switch generator.number(0...(depth == 0 ? 5 : 9)) {
        case 0: pair = same("null")
        case 1: pair = same(generator.pick("true", "false"))
        case 2, 3: pair = same(number())
        case 4, 5: pair = same(string())
        case 6, 7: pair = list(open: "[", close: "]") { $0.value(depth: depth - 1) }
        default:
            var count = 0
            pair = list(open: "{", close: "}") { author in
                count += 1
                let key = "\"\(count)" + author.string().dropFirst()
                let value = author.value(depth: depth - 1)
                return (key + author.space() + ":" + value.loose, key + ":" + value.compact)
            }
        }
        pair.loose = space() + pair.loose + space()
        return pair
    }

    /// Changes one byte of ASCII, or cuts the text, or doubles a part.
    mutating func damaged(_ text: String) -> String {
        var characters = Array(text.unicodeScalars)
        let place = generator.number(0...characters.count - 1)
        switch generator.number(0...2) {
        case 0:
            characters[place] = generator.pick(
                "\"", "\\", ",", ":", "[", "]", "{", "}", "0", "1", "-", "+", ".", "e", "u", "t", " ", "\n",
                "a", "\u{1}")
        case 1: characters.remove(at: place)
        default: characters.insert(characters[generator.number(0...characters.count - 1)], at: place)
        }
        var damaged = String.UnicodeScalarView()
        damaged.append(contentsOf: characters)
        return String(damaged)
    }

    private func same(_ text: String) -> (loose: String, compact: String) { (text, text) }

    private mutating func list(
        open: String, close: String, _ element: (inout JSONAuthor) -> (loose: String, compact: String)
    ) -> (loose: String, compact: String) {
        let count = generator.number(0...3)
        var elements: [(loose: String, compact: String)] = []
        for _ in 0..<count { elements.append(element(&self)) }
        let loose = elements.map { space() + $0.loose }.joined(separator: ",")
        return (
            open + space() + loose + space() + close,
            open + elements.map(\.compact).joined(separator: ",") + close
        )
    }

    private mutating func number() -> String {
        generator.pick("", "-") + generator.pick("0", "7", "120", "99999")
            + generator.pick("", "", ".5", ".250")
            + generator.pick("", "", "e2", "E-3", "e+1")
    }

    private mutating func string() -> String {
        var text = "\""
        for _ in 0..<generator.number(0...6) {
            text += generator.pick(
                "a", " ", "é", "😀", ",", ":", "[", "}", #"\""#, #"\\"#, #"\/"#, #"\n"#, #"\u00e9"#,
                pairs ? #"\ud83d\ude00"# : "b")
        }
        return text + "\""
    }

    private mutating func space() -> String { generator.pick("", "", " ", "\n", "\r\n\t ") }
}
