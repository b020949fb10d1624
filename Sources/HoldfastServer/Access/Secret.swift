/// Bytes that nobody may read: a key to sign with.
///
/// It is never printed, whatever prints it.
public struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The fewest bytes, which are as many as the signatures have.
    public static let minimumBytes = 32

    let bytes: [UInt8]

    /// Takes the bytes of a key.
    ///
    /// - Throws: `AuthenticationError.secretTooShort` when there are fewer than `minimumBytes`.
    public init(_ bytes: some Sequence<UInt8>) throws(AuthenticationError) {
        self.bytes = Array(bytes)
        guard self.bytes.count >= Secret.minimumBytes else {
            throw .secretTooShort(bytes: self.bytes.count)
        }
    }

    /// Draws a key of 256 bits.
    ///
    /// - Parameter random: Gives bits that nobody can foresee.
    init(drawnFrom random: () -> UInt64) { bytes = Secret.bytes(32, from: random) }

    /// Draws random bytes; `count` is a multiple of 8.
    static func bytes(_ count: Int, from random: () -> UInt64) -> [UInt8] {
        (0..<count / 8).flatMap { _ in
            let word = random()
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
        }
    }

    /// Compares in a time that depends on the lengths alone, so that it tells nothing about the bytes.
    static func isEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Says that it is a secret.
    public var description: String { "(secret)" }
    /// Says that it is a secret.
    public var debugDescription: String { description }
    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// What is wrong with what a server is told about its callers.
public enum AuthenticationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The key to sign with is too short.
    case secretTooShort(bytes: Int)
    /// The set of keys is no JSON Web Key Set, or has a key that cannot be one.
    case malformedKeySet(String)
    /// The set has no key for RS256 or ES256.
    case noUsableKey
    /// The digest of an API key is no SHA-256.
    case malformedDigest(key: String)
    /// Two API keys have one name.
    case repeatedName(String)
    /// There is nothing by which anybody could say who they are.
    case nobodyCanEnter

    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .secretTooShort(let bytes):
            "a secret has at least \(Secret.minimumBytes) bytes, and this one has \(bytes): "
                + "make one with `openssl rand -hex 32`"
        case .malformedKeySet(let reason): "this is no JSON Web Key Set: \(reason)"
        case .noUsableKey: "the JSON Web Key Set has no key for RS256 or ES256"
        case .malformedDigest(let key):
            "the digest of the API key \"\(key)\" is not 64 lower-case hexadecimal digits: "
                + "use the line that `holdfast token key` printed"
        case .repeatedName(let name): "two API keys are called \"\(name)\": give each a name of its own"
        case .nobodyCanEnter: "nobody could log in: configure API keys, a secret or a key set"
        }
    }
}
