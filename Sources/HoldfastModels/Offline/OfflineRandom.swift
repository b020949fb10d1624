import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The chance of the offline model: the same numbers for the same request, on every machine and in every process.
///
/// The numbers are the SHA-256 of the request's own hash and a counter. The choices made from them are defined here and
/// not left to the standard library, whose ways of drawing may change with its version. Of no use for secrets.
public struct OfflineRandom: Sendable {
    private let key: SHA256.Digest
    private var counter: UInt64 = 0

    /// Starts the sequence of a request: of its messages, their roles, its form and its seed.
    ///
    /// The number of tokens that an answer may have is left out, so that a shorter answer is the beginning of a longer one.
    public init(_ request: ModelRequest) {
        var hash = SHA256()
        func feed(_ text: String) {
            // The length first, so that no two requests give the same bytes.
            withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: Data(text.utf8))
        }
        feed(request.form.rawValue)
        feed(request.seed.map(String.init) ?? "")
        for message in request.messages {
            feed(message.role.rawValue)
            feed(message.text)
        }
        key = hash.finalize()
    }

    /// Draws the next 64 bits.
    public mutating func bits() -> UInt64 {
        var hash = SHA256()
        key.withUnsafeBytes { hash.update(bufferPointer: $0) }
        withUnsafeBytes(of: counter.littleEndian) { hash.update(bufferPointer: $0) }
        counter += 1
        return hash.finalize().prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Draws a whole number of a range, both ends included.
    public mutating func number(in range: ClosedRange<Int>) -> Int {
        let span = UInt64(bitPattern: Int64(range.upperBound &- range.lowerBound))
        // The high half of a product spreads the bits evenly enough over any range that a demo draws from.
        let offset = span == .max ? bits() : bits().multipliedFullWidth(by: span + 1).high
        return range.lowerBound &+ Int(truncatingIfNeeded: offset)
    }

    /// Tells whether something happens that happens so many times out of so many, such as once in eight.
    public mutating func happens(_ times: Int, in total: Int) -> Bool {
        number(in: 1...max(1, total)) <= times
    }

    /// Draws one of some things; drawing from nothing is a mistake of the program and stops it.
    public mutating func one<Element>(of things: [Element]) -> Element {
        precondition(!things.isEmpty, "there is nothing to draw from")
        return things[number(in: 0...things.count - 1)]
    }

    /// Draws so many different ones of some things, in an order that is drawn too; all of them when there are fewer.
    public mutating func some<Element>(_ count: Int, of things: [Element]) -> [Element] {
        var rest = things
        var drawn: [Element] = []
        while drawn.count < count, !rest.isEmpty {
            drawn.append(rest.remove(at: number(in: 0...rest.count - 1)))
        }
        return drawn
    }
}
