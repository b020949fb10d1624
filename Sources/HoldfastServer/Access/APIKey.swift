import Crypto
public import HoldfastCore

/// An API key as a server knows it: what it stands for, and the digest by which it is recognised.
///
/// The key itself is 256 random bits behind `hfk_`, and is stored nowhere.
public struct APIKey: Hashable, Sendable {
    /// What the key is called where it is listed; unique in one server.
    public let name: String
    /// Whom it names.
    public let subject: Owner
    /// What its bearer may do.
    public let roles: Set<CallerRole>
    let digest: [UInt8]

    /// Describes a key.
    ///
    /// - Parameters:
    ///   - name: What it is called.
    ///   - sha256: The SHA-256 of the key's text, as 64 lower-case digits.
    ///   - subject: Whom it names.
    ///   - roles: What its bearer may do.
    /// - Throws: `AuthenticationError.malformedDigest`.
    public init(
        name: String, sha256: String, subject: Owner, roles: Set<CallerRole> = []
    ) throws(AuthenticationError) {
        guard let digest = Hexadecimal.bytes(of: sha256), digest.count == SHA256.byteCount else {
            throw .malformedDigest(key: name)
        }
        self.name = name
        self.subject = subject
        self.roles = roles
        self.digest = digest
    }

    /// The digest as it stands in a file.
    public var sha256: String { Hexadecimal.text(of: digest) }

    /// Makes a key; its text is to be shown once.
    ///
    /// - Parameters:
    ///   - name: What it is called.
    ///   - subject: Whom it names.
    ///   - roles: What its bearer may do.
    ///   - random: Gives bits that nobody can foresee.
    /// - Returns: The text that the bearer sends, and what the server is told.
    /// - Throws: `AuthenticationError`, which no key that is drawn here has cause for.
    public static func draw(
        name: String, subject: Owner, roles: Set<CallerRole>, random: () -> UInt64
    ) throws(AuthenticationError) -> (text: String, key: APIKey) {
        let text = prefix + URLSafeText.text(of: Secret.bytes(32, from: random))
        let sha256 = Hexadecimal.text(of: digest(of: text))
        return (text, try APIKey(name: name, sha256: sha256, subject: subject, roles: roles))
    }

    /// What every key begins with, so that one that leaked is found.
    static let prefix = "hfk_"

    static func digest(of text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
}

extension [APIKey] {
    /// The key that has this text.
    ///
    /// Every digest is compared to its end, so that the time tells nothing about how much of one fits.
    func key(of text: String) -> APIKey? {
        let digest = APIKey.digest(of: text)
        return reduce(nil) { Secret.isEqual($1.digest, digest) ? $1 : $0 }
    }
}
