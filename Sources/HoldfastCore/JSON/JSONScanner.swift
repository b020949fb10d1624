/// Walks over JSON text as RFC 8259 defines it, without building values and without recursion.
///
/// It is the one place that knows the grammar: `JSONText` validates with it and `JSONFields` slices with it.
struct JSONScanner {
    /// The deepest nesting that is accepted; deeper text is refused so that no reader downstream overflows.
    static let maximumDepth = 512

    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var index = 0
    private(set) var sawWhitespace = false

    init(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int = 0) {
        self.bytes = bytes
        self.index = index
    }

    /// Tells whether a byte is white space between tokens.
    static func isWhitespace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    /// Scans one value with white space around it, up to the end of the text.
    mutating func scanDocument() throws(JSONSyntaxError) {
        skipWhitespace()
        try scanValue()
        skipWhitespace()
        if index != bytes.count { throw error("expected the end of the text") }
    }

    /// Scans one value; `index` is behind it afterwards.
    mutating func scanValue() throws(JSONSyntaxError) {
        var closers: [UInt8] = []
        while true {
            guard let byte = current else { throw error("expected a value") }
            switch byte {
            case UInt8(ascii: "{"):
                try checkDepth(closers)
                index += 1
                skipWhitespace()
                if take(UInt8(ascii: "}")) { break }
                closers.append(UInt8(ascii: "}"))
                try scanKey()
                continue
            case UInt8(ascii: "["):
                try checkDepth(closers)
                index += 1
                skipWhitespace()
                if take(UInt8(ascii: "]")) { break }
                closers.append(UInt8(ascii: "]"))
                continue
            case UInt8(ascii: "\""): try scanString()
            case UInt8(ascii: "t"): try scanWord("true")
            case UInt8(ascii: "f"): try scanWord("false")
            case UInt8(ascii: "n"): try scanWord("null")
            default: try scanNumber()
            }
            if try finishValue(&closers) { return }
        }
    }

    /// Scans a string with its quotes.
    mutating func scanString() throws(JSONSyntaxError) {
        guard take(UInt8(ascii: "\"")) else { throw error("expected a string") }
        while let byte = current {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"): try scanEscape()
            case 0..<0x20: throw JSONSyntaxError(offset: index - 1, reason: "control character in a string")
            default: continue
            }
        }
        throw error("expected the end of a string")
    }

    /// Takes one byte when it is the next one.
    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        index += 1
        return true
    }

    mutating func skipWhitespace() {
        while let byte = current, JSONScanner.isWhitespace(byte) {
            index += 1
            sawWhitespace = true
        }
    }

    func error(_ reason: String) -> JSONSyntaxError { JSONSyntaxError(offset: index, reason: reason) }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func checkDepth(_ closers: [UInt8]) throws(JSONSyntaxError) {
        if closers.count == JSONScanner.maximumDepth {
            throw error("nested deeper than \(JSONScanner.maximumDepth)")
        }
    }

    /// Closes what a value ends and steps over the comma; true when the outermost value is complete.
    private mutating func finishValue(_ closers: inout [UInt8]) throws(JSONSyntaxError) -> Bool {
        while let closer = closers.last {
            skipWhitespace()
            if take(UInt8(ascii: ",")) {
                skipWhitespace()
                if closer == UInt8(ascii: "}") { try scanKey() }
                return false
            }
            guard take(closer) else {
                throw error("expected a comma or \(closer == UInt8(ascii: "}") ? "}" : "]")")
            }
            closers.removeLast()
        }
        return true
    }

    private mutating func scanKey() throws(JSONSyntaxError) {
        try scanString()
        skipWhitespace()
        guard take(UInt8(ascii: ":")) else { throw error("expected a colon") }
        skipWhitespace()
    }

    private mutating func scanEscape() throws(JSONSyntaxError) {
        guard let byte = current else { throw error("expected an escape") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            for _ in 0..<4 {
                guard let digit = current, JSONScanner.hexValue(digit) != nil else {
                    throw error("expected four hexadecimal digits")
                }
                index += 1
            }
        default:
            throw JSONSyntaxError(offset: index - 1, reason: "unknown escape")
        }
    }

    /// The value of a hexadecimal digit of either case.
    static func hexValue(_ byte: UInt8) -> UInt8? {
        Hexadecimal.value(
            ofLowerCase: (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte) ? byte | 0x20 : byte)
    }

    private mutating func scanWord(_ word: StaticString) throws(JSONSyntaxError) {
        for offset in 0..<word.utf8CodeUnitCount {
            guard take(word.utf8Start[offset]) else { throw error("expected \(word)") }
        }
    }

    private mutating func scanNumber() throws(JSONSyntaxError) {
        let start = index
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) {
            guard scanDigits() else {
                throw JSONSyntaxError(offset: start, reason: "expected a value")
            }
        }
        if take(UInt8(ascii: ".")), !scanDigits() { throw error("expected a digit") }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            if !scanDigits() { throw error("expected a digit") }
        }
    }

    private mutating func scanDigits() -> Bool {
        let start = index
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        return index > start
    }
}
