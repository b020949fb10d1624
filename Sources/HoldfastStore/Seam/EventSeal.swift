import Crypto
public import HoldfastCore

/// What makes an event's place in the chain provable (P10).
///
/// `dataHash` is the SHA-256 of the salt and the data; `hash` is the SHA-256 of the hash before it and of the
/// event's
/// canonical form, in which the data appears only as `dataHash`. So data can be redacted without breaking the
/// chain.
public struct EventSeal: Hashable, Sendable {
    /// 16 random bytes, so that nobody can guess redacted data from its hash.
    public let salt: [UInt8]
    /// The SHA-256 of the salt followed by the data.
    public let dataHash: SHA256Sum
    /// The SHA-256 of the previous event's hash followed by the canonical form.
    public let hash: SHA256Sum

    /// Wraps stored values.
    public init(salt: [UInt8], dataHash: SHA256Sum, hash: SHA256Sum) {
        self.salt = salt
        self.dataHash = dataHash
        self.hash = hash
    }

    /// Seals an event behind the one whose hash is `previous`.
    public init(_ event: StoredEvent, after previous: SHA256Sum, salt: [UInt8]) {
        let dataHash = EventSeal.dataHash(of: event.data, salt: salt)
        self.init(
            salt: salt, dataHash: dataHash,
            hash: EventSeal.hash(of: event, dataHash: dataHash, after: previous))
    }

    /// The SHA-256 of the salt followed by the data's UTF-8.
    public static func dataHash(of data: JSONText, salt: [UInt8]) -> SHA256Sum {
        var hasher = SHA256()
        salt.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        var text = data.text
        text.withUTF8 { hasher.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        return SHA256Sum(hasher.finalize())
    }

    /// The SHA-256 of the previous hash followed by the canonical form.
    ///
    /// The canonical form is, for each of position, job, version, kind, schema version, at, attempt, actor
    /// and data
    /// hash: the length of its UTF-8 as four bytes, most significant first, and the UTF-8. Numbers are
    /// decimal, `at` is
    /// in microseconds, the actor is its JSON, the data hash is lower-case hexadecimal, and what is null has
    /// length 0.
    public static func hash(
        of event: StoredEvent, dataHash: SHA256Sum, after previous: SHA256Sum
    ) -> SHA256Sum {
        var canonical: [UInt8] = []
        canonical.reserveCapacity(320)
        previous.append(to: &canonical)
        func append(_ text: String) {
            var text = text
            text.withUTF8 { bytes in
                let count = UInt32(bytes.count)
                for shift in [24, 16, 8, 0] as [UInt32] {
                    canonical.append(UInt8(truncatingIfNeeded: count >> shift))
                }
                canonical.append(contentsOf: bytes)
            }
        }
        append(event.position.description)
        append(event.job?.description ?? "")
        append(event.version.map(String.init) ?? "")
        append(event.kind)
        append(String(event.schemaVersion))
        append(String(event.at.microseconds))
        append(event.attempt.map(String.init) ?? "")
        append(event.actorJSON.text)
        append(dataHash.hexadecimal)
        return SHA256Sum(SHA256.hash(data: canonical))
    }
}

/// An event together with its seal, as `verify` and `export` need it.
public struct SealedEvent: Hashable, Sendable {
    /// The event.
    public let event: StoredEvent
    /// Its seal.
    public let seal: EventSeal

    /// Puts both together.
    public init(event: StoredEvent, seal: EventSeal) {
        self.event = event
        self.seal = seal
    }
}
