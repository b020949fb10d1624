package import Crypto
import HoldfastCore

/// The 32 bytes of a SHA-256, held without an allocation.
public struct SHA256Sum: Hashable, Sendable, CustomStringConvertible {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// What stands before the first event's hash: 32 zero bytes.
    public static let zero = SHA256Sum(words: (0, 0, 0, 0))

    private init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// Takes over 32 bytes; nil for any other number of them.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 32 else { return nil }
        func word(_ index: Int) -> UInt64 {
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        words = (word(0), word(1), word(2), word(3))
    }

    package init(_ digest: SHA256.Digest) {
        self = digest.withUnsafeBytes { SHA256Sum($0) } ?? .zero
    }

    /// The SHA-256 of a text's UTF-8.
    public init(of text: String) {
        var text = text
        self = text.withUTF8 { bytes in
            var hasher = SHA256()
            hasher.update(bufferPointer: UnsafeRawBufferPointer(bytes))
            return SHA256Sum(hasher.finalize())
        }
    }

    /// Gives the 32 bytes to `body`.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(
            of: (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian), body)
    }

    /// Appends the 32 bytes.
    public func append(to bytes: inout [UInt8]) { withBytes { bytes.append(contentsOf: $0) } }

    /// 64 lower-case digits.
    public var hexadecimal: String { withBytes { Hexadecimal.text(of: $0) } }

    /// 64 lower-case digits.
    public var description: String { hexadecimal }

    /// Compares all bytes.
    public static func == (left: Self, right: Self) -> Bool { left.words == right.words }

    /// Feeds all bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

/// Sums bytes up that come in pieces.
package struct SHA256Stream {
    private var hasher = SHA256()

    /// Begins with no bytes.
    package init() {}

    /// Takes further bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) { hasher.update(bufferPointer: bytes) }

    /// The sum of all bytes that were taken.
    package func sum() -> SHA256Sum { SHA256Sum(hasher.finalize()) }
}

extension SHA256Sum {
    /// Reads 64 lower-case digits; nil for anything else.
    public init?(hexadecimal: String) {
        var bytes: [UInt8] = []
        var high: UInt8?
        for byte in hexadecimal.utf8 {
            guard let digit = Hexadecimal.value(ofLowerCase: byte) else { return nil }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard high == nil, let sum = bytes.withUnsafeBytes({ SHA256Sum($0) }) else { return nil }
        self = sum
    }
}
