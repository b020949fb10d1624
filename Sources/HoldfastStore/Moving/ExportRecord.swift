public import HoldfastCore

/// What a line of an export says.
///
/// An export is NDJSON: a header, the job's events in order, the large values and the bytes of artifacts that they refer to,
/// each before the first event that does, and a last line by which a file that was cut or changed is found. Several
/// exports may follow one another in one file. The page *Moving a log* describes the lines.
public enum ExportRecord: Hashable, Sendable {
    /// The first line.
    case header(ExportHeader)
    /// An event with its seal; the hash of the event before it in the log, nil where that is not known.
    case event(SealedEvent, previous: SHA256Sum?)
    /// Some bytes of a value or of an artifact.
    case content(ExportedContent)
    /// The last line.
    case end(ExportEnd)
}

/// The first line of an export: whose history it is.
public struct ExportHeader: Hashable, Sendable {
    /// The name of the format, by which such a file is known.
    public static let format = "holdfast-job"
    /// The version of the format that this program writes, and the newest that it reads.
    public static let version: Int64 = 1

    /// The identity of the log that the job comes from.
    public let log: String
    /// The job.
    public let job: JobID
    /// The kind of the job.
    public let kind: JobKind
    /// How many events follow: all that the job had.
    public let events: Int64
    /// Whether the bytes of the job's artifacts follow as well.
    public let hasArtifacts: Bool

    /// Puts the values together.
    public init(log: String, job: JobID, kind: JobKind, events: Int64, hasArtifacts: Bool) {
        self.log = log
        self.job = job
        self.kind = kind
        self.events = events
        self.hasArtifacts = hasArtifacts
    }
}

/// A piece of what stands beside the log.
public struct ExportedContent: Hashable, Sendable {
    /// What the bytes are.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A value that is too large for its event: the UTF-8 of its JSON.
        case payload
        /// An artifact.
        case blob
    }

    /// What the bytes are.
    public let kind: Kind
    /// The SHA-256 of the whole, in lower-case hexadecimal.
    public let sha256: String
    /// The size of the whole in bytes.
    public let size: Int64
    /// Where this piece begins in the whole, from 0; the pieces of a whole follow one another.
    public let start: Int64
    /// The piece.
    public let bytes: [UInt8]

    /// Puts the values together.
    public init(_ kind: Kind, sha256: String, size: Int64, start: Int64, bytes: [UInt8]) {
        self.kind = kind
        self.sha256 = sha256
        self.size = size
        self.start = start
        self.bytes = bytes
    }

    /// Whether the whole ends with this piece.
    public var isLast: Bool { start + Int64(bytes.count) == size }
}

/// The last line of an export.
public struct ExportEnd: Hashable, Sendable {
    /// How many lines stand before it.
    public let lines: Int64
    /// How many of them are events.
    public let events: Int64
    /// How many values and artifacts there are.
    public let contents: Int64
    /// The SHA-256 of all bytes before this line.
    public let sha256: SHA256Sum

    /// Puts the values together.
    public init(lines: Int64, events: Int64, contents: Int64, sha256: SHA256Sum) {
        self.lines = lines
        self.events = events
        self.contents = contents
        self.sha256 = sha256
    }
}

/// Why some bytes are no export, or a damaged one.
public struct ExportFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line, counted from 1.
    public let line: Int64
    /// What is wrong with it.
    public let reason: String

    /// Describes what is wrong.
    public init(line: Int64, reason: String) {
        self.line = line
        self.reason = reason
    }

    /// One sentence that is safe to log.
    public var description: String { "line \(line) of the export: \(reason)" }
}
