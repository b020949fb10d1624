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
        let texts = (job?.count ?? 0) + kind.count + actor.count
        // The hash before, nine lengths, five numbers of at most 20 digits, the texts, and the hash of the data in digits.
        return withUnsafeTemporaryAllocation(
            byteCount: 32 + 9 * 4 + 5 * 20 + texts + 64, alignment: 1
        ) { room in
            var form = CanonicalForm(room)
            previous.withBytes { form.append($0) }
            form.append(number: position)
            form.append(text: job)
            form.append(number: version)
            form.append(text: kind)
            form.append(number: schemaVersion)
            form.append(number: at)
            form.append(number: attempt)
            form.append(text: actor)
            form.append(digits: dataHash)
            var stream = SHA256Stream()
            stream.update(UnsafeRawBufferPointer(rebasing: room[..<form.count]))
            return stream.sum()
        }
    }
}

/// Writes the canonical form of an event into memory that is large enough.
private struct CanonicalForm {
    private let room: UnsafeMutableRawBufferPointer
    /// How many bytes are written.
    private(set) var count = 0

    init(_ room: UnsafeMutableRawBufferPointer) { self.room = room }

    /// Appends bytes as they are.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: room[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    /// Appends a number in decimal digits, nothing for nil, with the length before it.
    mutating func append(number: Int64?) {
        guard let number else { return append(length: 0) }
        var digits = (UInt64(0), UInt64(0), UInt64(0))
        withUnsafeMutableBytes(of: &digits) { digits in
            var (start, rest) = (digits.count, number.magnitude)
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if number < 0 {
                start -= 1
                digits[start] = UInt8(ascii: "-")
            }
            append(length: digits.count - start)
            append(UnsafeRawBufferPointer(rebasing: digits[start...]))
        }
    }

    /// Appends a text, nothing for nil, with its length before it.
    mutating func append(text: (some Collection<UInt8>)?) {
        append(length: text?.count ?? 0)
        guard let text else { return }
        UnsafeMutableRawBufferPointer(rebasing: room[count...]).copyBytes(from: text)
        count += text.count
    }

    /// Appends a sum as 64 lower-case digits, with their number before them.
    mutating func append(digits sum: SHA256Sum) {
        append(length: 64)
        sum.withBytes { bytes in
            for byte in bytes {
                room[count] = Hexadecimal.digit(byte >> 4)
                room[count + 1] = Hexadecimal.digit(byte & 0xF)
                count += 2
            }
        }
    }

    /// Appends a length as four bytes, most significant first.
    private mutating func append(length: Int) {
        room.storeBytes(of: UInt32(length).bigEndian, toByteOffset: count, as: UInt32.self)
        count += 4
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
