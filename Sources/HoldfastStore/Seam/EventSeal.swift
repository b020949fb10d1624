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
        let columns = SealedColumns(
            position: event.position.value, job: event.job?.description.utf8, version: event.version,
            kind: event.kind.utf8, schemaVersion: Int64(event.schemaVersion), at: event.at.microseconds,
            attempt: event.attempt.map(Int64.init), actor: event.actorJSON.text.utf8)
        return columns.hash(dataHash: dataHash, after: previous)
    }
}

/// The columns of an event that its hash is made of, as texts of any sort.
package struct SealedColumns<Text: Collection<UInt8>> {
    package let position: Int64
    package let job: Text?
    package let version: Int64?
    package let kind: Text
    package let schemaVersion: Int64
    package let at: Int64
    package let attempt: Int64?
    package let actor: Text

    /// Puts the columns together.
    package init(
        position: Int64, job: Text?, version: Int64?, kind: Text, schemaVersion: Int64, at: Int64,
        attempt: Int64?, actor: Text
    ) {
        self.position = position
        self.job = job
        self.version = version
        self.kind = kind
        self.schemaVersion = schemaVersion
        self.at = at
        self.attempt = attempt
        self.actor = actor
    }

    /// The SHA-256 of the previous hash followed by the canonical form, as `EventSeal.hash` describes it.
    package func hash(dataHash: SHA256Sum, after previous: SHA256Sum) -> SHA256Sum {
        var canonical: [UInt8] = []
        canonical.reserveCapacity(384)
        previous.append(to: &canonical)
        canonical.append(number: position)
        canonical.append(text: job)
        canonical.append(number: version)
        canonical.append(text: kind)
        canonical.append(number: schemaVersion)
        canonical.append(number: at)
        canonical.append(number: attempt)
        canonical.append(text: actor)
        canonical.append(text: dataHash.hexadecimal.utf8)
        return SHA256Sum(SHA256.hash(data: canonical))
    }
}

extension [UInt8] {
    fileprivate mutating func append(number: Int64?) {
        appendWithLength { if let number { $0.append(decimal: number) } }
    }

    fileprivate mutating func append(text: (some Collection<UInt8>)?) {
        appendWithLength { if let text { $0.append(contentsOf: text) } }
    }
}

extension [UInt8] {
    /// Appends what `content` appends, with its length before it as four bytes, most significant first.
    fileprivate mutating func appendWithLength(_ content: (inout [UInt8]) -> Void) {
        let start = count
        for _ in 0..<4 { append(0) }
        content(&self)
        let length = UInt32(count - start - 4)
        for place in 0..<4 {
            self[start + place] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * place))
        }
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
