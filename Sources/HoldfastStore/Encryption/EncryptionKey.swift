import Crypto
import HoldfastCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The key of a job: 256 random bits.
public struct EncryptionKey: Sendable {
    let symmetric: SymmetricKey

    /// Makes a key of random bits of the system.
    package init() { symmetric = SymmetricKey(size: .bits256) }

    /// Wraps stored bits; nil unless they are 32 bytes.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 32 else { return nil }
        symmetric = SymmetricKey(data: bytes)
    }

    /// Hands out the 32 bytes.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try symmetric.withUnsafeBytes(body)
    }

    /// By what an equal value is known, to those who have the key only: lower-case hexadecimal.
    func digest(of value: JSONText) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data(value.text.utf8), using: symmetric)
        return code.map { Hexadecimal.text(of: [$0]) }.joined()
    }
}
