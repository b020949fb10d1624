import Foundation
import Testing

/// A page of the documentation whose commands are typed, and whose answers are compared with what they print.
///
/// A block of `sh` holds one command, and the block behind it what is printed. `[...]` in an answer stands for anything.
struct WalkedPage {
    /// A command of the page, and its answer.
    struct Exchange {
        /// What is typed behind `holdfast`.
        let command: [String]
        /// What the page says that it prints.
        let answer: String
        fileprivate let lines: Range<Int>

        /// Whether the answer is what was printed.
        func fits(_ printed: String) -> Bool {
            var rest = Self.plain(printed)[...]
            let parts = answer.components(separatedBy: "[...]")
            for (index, part) in parts.enumerated() {
                let found =
                    index == 0
                    ? rest.range(of: part, options: .anchored)
                    : rest.range(of: part, options: index == parts.count - 1 ? [.backwards, .anchored] : [])
                guard let found else { return false }
                rest = rest[found.upperBound...]
            }
            return rest.isEmpty
        }

        /// Pages have no blanks at the ends of lines.
        fileprivate static func plain(_ printed: String) -> String {
            let lines = printed.split(separator: "\n", omittingEmptySubsequences: false)
            return lines.map { $0.replacing(#/ +$/#, with: "") }.joined(separator: "\n")
        }
    }

    let exchanges: [Exchange]
    private let url: URL
    private let lines: [String]

    /// Reads a page of the catalogue.
    init(_ name: String) throws {
        url =
            URL(filePath: #filePath).appending(path: "../../../../Docs/Holdfast.docc/\(name).md").standardized
        lines = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n")
        var exchanges: [Exchange] = []
        var index = 0
        while let start = lines[index...].firstIndex(of: "```sh") {
            let open = try #require(lines[(start + 3)...].firstIndex(of: "```"), "\(lines[start + 1])")
            let end = try #require(lines[(open + 1)...].firstIndex(of: "```"))
            let between = lines[(start + 2)..<open].filter { !$0.isEmpty }
            try #require(between == ["```"], "one command, and the answer behind it: \(lines[start + 1])")
            let words = try Self.words(lines[start + 1])
            try #require(words.first == "holdfast", "\(lines[start + 1])")
            let answer = lines[(open + 1)..<end].map { $0 + "\n" }.joined()
            exchanges.append(
                Exchange(command: Array(words.dropFirst()), answer: answer, lines: (open + 1)..<end))
            index = end + 1
        }
        self.exchanges = exchanges
    }

    /// Writes the page anew with what was printed, where that is not what it says.
    func record(_ printed: [String]) throws {
        var lines = lines
        for (exchange, text) in zip(exchanges, printed).reversed() where !exchange.fits(text) {
            let answer = Exchange.plain(text).components(separatedBy: "\n").dropLast()
            lines.replaceSubrange(exchange.lines, with: answer)
        }
        try Data(lines.joined(separator: "\n").utf8).write(to: url)
    }

    /// The words that a shell makes of a line.
    private static func words(_ line: String) throws -> [String] {
        var words: [String] = []
        var quote: Character?
        var word: String?
        for character in line {
            switch (quote, character) {
            case (nil, "'"), (nil, "\""): (quote, word) = (character, word ?? "")
            case (let open?, character) where open == character: quote = nil
            case (nil, " "):
                if let end = word { words.append(end) }
                word = nil
            default: word = (word ?? "") + String(character)
            }
        }
        try #require(quote == nil, "an open quote: \(line)")
        return words + (word.map { [$0] } ?? [])
    }
}
