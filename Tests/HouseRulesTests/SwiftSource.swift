/// Splits the text of a Swift file into code, comments and string literals, keeping line and column
/// of each.
///
/// A rule about calls must not trip over a comment that explains the call, and a rule about SQL
/// must look at literals only. What does not belong to a part is a space there, so all parts have
/// the shape of the file. Names in backticks are part of neither: they are sentences.
struct SwiftSource: Sendable {
    /// Where a string literal begins, counted from 1, and the text between its quotes,
    /// interpolations included.
    struct Literal: Sendable {
        let line: Int
        let text: String
    }

    private let bytes: [UInt8]
    private var code: [UInt8]
    private var comments: [UInt8]
    private var index = 0
    private var line = 1
    /// The string literals, in the order in which they end.
    private(set) var literals: [Literal] = []
    /// The lines with nothing but code in them.
    private(set) var codeLines: [String] = []
    /// The lines with nothing but comments in them.
    private(set) var commentLines: [String] = []

    /// Scans the whole text once.
    init(_ text: String) {
        bytes = Array(text.utf8)
        code = bytes.map { $0 == .newline ? .newline : .space }
        comments = code
        scanCode(insideInterpolation: false)
        codeLines = Self.lines(of: code)
        commentLines = Self.lines(of: comments)
    }

    private static func lines(of bytes: [UInt8]) -> [String] {
        bytes.split(separator: .newline, omittingEmptySubsequences: false)
            .map { $0.allSatisfy { $0 == .space } ? "" : String(decoding: $0, as: UTF8.self) }
    }

    /// Reads code up to the end, or up to the parenthesis that closes an interpolation.
    private mutating func scanCode(insideInterpolation: Bool) {
        var depth = 0
        while index < bytes.count {
            if startsComment() {
                scanComment()
            } else if let hashes = hashesBefore(.quote) {
                scanLiteral(hashes: hashes)
            } else if hashesBefore(.slash) ?? 0 > 0 || startsBareRegex() {
                scanRegex()
            } else if bytes[index] == .backtick {
                skip(1)
                while index < bytes.count, bytes[index] != .backtick, bytes[index] != .newline { skip(1) }
                skip(1)
            } else {
                if bytes[index] == .opening { depth += 1 }
                if bytes[index] == .closing {
                    if insideInterpolation, depth == 0 { return skip(1) }
                    depth -= 1
                }
                code[index] = bytes[index]
                skip(1)
            }
        }
    }

    private mutating func scanComment() {
        let isBlock = bytes[index + 1] == .star
        var depth = 0
        while index < bytes.count {
            if !isBlock, bytes[index] == .newline { return }
            let opens = isBlock && has(.slash, .star)
            let closes = isBlock && has(.star, .slash)
            let step = opens || closes ? 2 : 1
            if step == 2 { depth += opens ? 1 : -1 }
            for place in index..<(index + step) { comments[place] = bytes[place] }
            skip(step)
            if isBlock, depth == 0 { return }
        }
    }

    private mutating func scanLiteral(hashes: Int) {
        let start = line
        skip(hashes)
        let quotes = has([.quote, .quote, .quote]) ? 3 : 1
        skip(quotes)
        let fence = [UInt8](repeating: .hash, count: hashes)
        let end = [UInt8](repeating: .quote, count: quotes) + fence
        let escape = [.backslash] + fence
        let first = index
        while index < bytes.count, !has(end) {
            if quotes == 1, bytes[index] == .newline { break }
            let isEscape = has(escape)
            skip(isEscape ? hashes + 1 : 1)
            guard isEscape, index < bytes.count else { continue }
            let isInterpolation = bytes[index] == .opening
            skip(1)
            if isInterpolation { scanCode(insideInterpolation: true) }
        }
        let last = min(index, bytes.count)
        literals.append(Literal(line: start, text: String(decoding: bytes[first..<last], as: UTF8.self)))
        if has(end) { skip(end.count) }
    }

    private mutating func scanRegex() {
        let hashes = hashesBefore(.slash) ?? 0
        skip(hashes + 1)
        let end = [.slash] + [UInt8](repeating: .hash, count: hashes)
        while index < bytes.count, !has(end) {
            if hashes == 0, bytes[index] == .newline { return }
            skip(bytes[index] == .backslash ? 2 : 1)
        }
        skip(end.count)
    }

    private func startsComment() -> Bool {
        has(.slash, .slash) || has(.slash, .star)
    }

    /// Finds how many number signs stand here before the given byte; nil when anything else does.
    private func hashesBefore(_ byte: UInt8) -> Int? {
        var place = index
        while place < bytes.count, bytes[place] == .hash { place += 1 }
        return place < bytes.count && bytes[place] == byte ? place - index : nil
    }

    /// Tells a regex literal from a division: an operand cannot stand before the former.
    private func startsBareRegex() -> Bool {
        guard bytes[index] == .slash, index + 1 < bytes.count, bytes[index + 1] != .space else {
            return false
        }
        let before = bytes[..<index].last { $0 != .space && $0 != .newline } ?? .opening
        guard "(,=:[{;&|!?".utf8.contains(before) else { return false }
        return bytes[(index + 1)...].prefix { $0 != .newline }.contains(.slash)
    }

    private func has(_ first: UInt8, _ second: UInt8) -> Bool {
        bytes[index] == first && index + 1 < bytes.count && bytes[index + 1] == second
    }

    private func has(_ expected: [UInt8]) -> Bool {
        index < bytes.count && bytes[index] == expected[0] && bytes[index...].starts(with: expected)
    }

    private mutating func skip(_ count: Int) {
        let end = min(index + count, bytes.count)
        for place in index..<end where bytes[place] == .newline { line += 1 }
        index = end
    }
}

extension UInt8 {
    fileprivate static let newline = Self(ascii: "\n")
    fileprivate static let space = Self(ascii: " ")
    fileprivate static let quote = Self(ascii: "\"")
    fileprivate static let hash = Self(ascii: "#")
    fileprivate static let slash = Self(ascii: "/")
    fileprivate static let star = Self(ascii: "*")
    fileprivate static let backslash = Self(ascii: "\\")
    fileprivate static let backtick = Self(ascii: "`")
    fileprivate static let opening = Self(ascii: "(")
    fileprivate static let closing = Self(ascii: ")")
}
