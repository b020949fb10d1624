public import HoldfastCore

/// What looking through a whole log found.
public struct AuditReport: Hashable, Sendable {
    /// How many findings are kept; more are only counted.
    public static let findingLimit = 100

    /// Where the log ends, which is what somebody keeps elsewhere to prove later that no end was cut off.
    public package(set) var head = LogHead.beginning
    /// How many events were looked at.
    public package(set) var events: Int64 = 0
    /// How many stretches of the log were pruned.
    public package(set) var prunedRanges: Int64 = 0
    /// How many rows of projections were compared.
    public package(set) var rows: Int64 = 0
    /// How many large values and files were summed up anew.
    public package(set) var contents: Int64 = 0
    /// How many segments of the archive were read.
    public package(set) var segments: Int64 = 0
    /// What is wrong, in the order in which it was found; at most `findingLimit`.
    public private(set) var findings: [AuditFinding] = []
    /// How many findings there are, those that are not kept included.
    public private(set) var findingCount = 0

    /// Begins without findings.
    package init() {}

    /// Whether nothing is wrong.
    public var isSound: Bool { findingCount == 0 }

    package mutating func note(_ finding: AuditFinding) {
        findingCount += 1
        if findings.count < Self.findingLimit { findings.append(finding) }
    }

    package mutating func note(
        _ part: AuditFinding.Part, at position: EventLogPosition? = nil, _ sentence: String
    ) {
        note(AuditFinding(part: part, position: position, sentence: sentence))
    }

    /// Adds what another look found.
    package mutating func join(_ other: AuditReport) {
        rows += other.rows
        contents += other.contents
        segments += other.segments
        for finding in other.findings { note(finding) }
        findingCount += other.findingCount - other.findings.count
    }

    /// Reads the object that `json` gives.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    package init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        func count(_ name: String) throws -> Int64 { try fields.required(name, fields.integer(name)) }
        head = try LogHead(parsing: fields.required("head", fields.raw("head")))
        (events, prunedRanges) = (try count("events"), try count("pruned_ranges"))
        (rows, contents, segments) = (try count("rows"), try count("contents"), try count("segments"))
        for json in try JSONValues.elements(fields.required("findings", fields.raw("findings"))) ?? [] {
            let finding = try JSONFields(json)
            note(
                AuditFinding(
                    part: try finding.literal("part"),
                    position: try finding.raw("position") == nil ? nil : finding.position("position"),
                    sentence: try finding.required("sentence", finding.string("sentence"))))
        }
        findingCount = Int(try count("findings_total"))
    }

    /// The JSON of the report.
    public var json: JSONText {
        JSONWriter.object { writer in
            writer.field("sound", isSound)
            writer.field("events", events)
            writer.field("pruned_ranges", prunedRanges)
            writer.field("rows", rows)
            writer.field("contents", contents)
            writer.field("segments", segments)
            writer.key("head")
            writer.object { $0.head(head) }
            writer.field("findings_total", findingCount)
            writer.key("findings")
            writer.array { list in
                for finding in findings {
                    list.object { writer in
                        writer.field("part", finding.part.rawValue)
                        if let position = finding.position { writer.field("position", position.description) }
                        writer.field("sentence", finding.sentence)
                    }
                }
            }
        }
    }
}

/// One thing that is not as the log proves that it should be.
public struct AuditFinding: Hashable, Sendable {
    /// What it is about.
    public enum Part: String, Hashable, Sendable, CaseIterable {
        /// An event was changed, put in, taken out or moved.
        case chain
        /// The values of an event were changed.
        case data
        /// The events of a job are not numbered one after another.
        case versions
        /// What is told of pruned stretches is not what was recorded.
        case pruning
        /// The values of an event are gone, and no redaction tells of it; or one does, and they are there.
        case redaction
        /// The end of the log is not the one that was kept elsewhere.
        case head
        /// A row does not follow from the log.
        case projection
        /// A large value or a file has other bytes than its name says, or is missing.
        case content
        /// A segment of the archive is missing, or is not the one that was recorded.
        case archive
        /// A table, an index or a trigger of the file is missing or was changed.
        case schema
        /// The database file itself is damaged.
        case file
    }

    /// What it is about.
    public let part: Part
    /// The event that it is about; nil where it is about none.
    public let position: EventLogPosition?
    /// What is wrong, in words for people.
    public let sentence: String

    /// Puts the values together.
    package init(part: Part, position: EventLogPosition?, sentence: String) {
        self.part = part
        self.position = position
        self.sentence = sentence
    }
}

extension JSONWriter {
    /// The fields of a log's end: `position` and `hash`.
    package mutating func head(_ head: LogHead) {
        field("position", head.position.description)
        field("hash", head.hash.hexadecimal)
    }
}

extension LogHead {
    /// Reads the object that the server writes: `position` and `hash`.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    public init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        guard let hash = SHA256Sum(hexadecimal: try fields.required("hash", fields.string("hash"))) else {
            throw JSONFieldError(field: "hash", expected: "64 digits")
        }
        self.init(position: try fields.position("position"), hash: hash)
    }

    /// The end of a log as one text, `POSITION-HASH`, to be written down and typed again.
    public var text: String { "\(position)-\(hash.hexadecimal)" }

    /// Reads what `text` gives; nil when it is none.
    public init?(text: String) {
        let parts = text.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, let position = EventLogPosition(text: String(parts[0])),
            let hash = SHA256Sum(hexadecimal: String(parts[1]))
        else { return nil }
        self.init(position: position, hash: hash)
    }
}
