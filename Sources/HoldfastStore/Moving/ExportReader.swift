import HoldfastCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Reads the lines of an export and checks each: its place, its hashes, and at the end that nothing is missing.
public struct ExportReader: Sendable {
    /// What was read first; nil before it.
    public private(set) var header: ExportHeader?
    /// What was read last; nil before it.
    public private(set) var end: ExportEnd?
    private var sum = SHA256Stream()
    private var lines: Int64 = 0
    private var events: Int64 = 0
    private var contents: Int64 = 0
    private var last: SealedEvent?
    private var open: (content: ExportedContent, sum: SHA256Stream)?

    /// Begins before the first line.
    public init() {}

    /// Reads the next line.
    ///
    /// - Parameter line: The bytes of a line, without the one that ends it.
    /// - Returns: What it says.
    /// - Throws: `ExportFault` when it is none of an export, or does not follow the lines before it.
    public mutating func read(_ line: [UInt8]) throws(ExportFault) -> ExportRecord {
        guard end == nil else {
            let reason = "something follows the last line; where there are several jobs, say which is meant"
            throw fault(reason, at: lines + 1)
        }
        let before = sum
        let count = lines
        line.withUnsafeBytes { sum.update($0) }
        [UInt8(ascii: "\n")].withUnsafeBytes { sum.update($0) }
        lines += 1
        let fields: JSONFields
        do {
            guard let text = String(validating: line, as: UTF8.self) else { throw fault("it is no UTF-8") }
            fields = try JSONFields(JSONText(validating: text))
            return try record(fields, sumBefore: before, linesBefore: count)
        } catch let error as ExportFault {
            throw error
        } catch {
            throw fault("\(error)")
        }
    }

    /// Says that there are no more lines.
    ///
    /// - Throws: `ExportFault` when some are missing.
    public func finish() throws(ExportFault) {
        guard end == nil else { return }
        throw fault(lines == 0 ? "there is nothing" : "the rest is missing: the file was cut", at: lines + 1)
    }

    private mutating func record(
        _ fields: JSONFields, sumBefore: SHA256Stream, linesBefore: Int64
    ) throws -> ExportRecord {
        guard let header else {
            let header = try ExportHeader(fields)
            self.header = header
            return .header(header)
        }
        if let content = try ExportedContent(fields) {
            try check(content)
            return .content(content)
        }
        if open != nil { throw fault("a piece of bytes is missing before it") }
        if let end = try fields.object("end") {
            let end = try ExportEnd(end)
            let counted = ExportEnd(
                lines: linesBefore, events: events, contents: contents, sha256: sumBefore.sum())
            guard end == counted, events == header.events else {
                throw fault(
                    "the lines before it are not those that were written: some are missing or changed")
            }
            self.end = end
            return .end(end)
        }
        return try event(fields, of: header)
    }

    private mutating func event(_ fields: JSONFields, of header: ExportHeader) throws -> ExportRecord {
        let event = try StoredEvent(
            fields,
            schemaVersion: Int(clamping: fields.required("schema_version", fields.integer("schema_version"))))
        let salt =
            try fields.string("salt").map { try fields.required("salt", Hexadecimal.bytes(of: $0)) } ?? []
        let seal = EventSeal(
            salt: salt, dataHash: try fields.required("data_hash", fields.sum("data_hash")),
            hash: try fields.required("hash", fields.sum("hash")))
        let previous =
            switch try fields.string("previous") {
            case nil: last?.seal.hash
            case ExportWriter.unknown: nil as SHA256Sum?
            default: try fields.sum("previous")
            }
        guard event.job == header.job, event.version == events + 1,
            event.position > last?.event.position ?? .beginning
        else { throw fault("the event does not follow the one before it") }
        guard EventSeal.dataHash(of: event.data, salt: salt) == seal.dataHash else {
            throw fault("the data of the event at \(event.position) was changed")
        }
        if let previous, EventSeal.hash(of: event, dataHash: seal.dataHash, after: previous) != seal.hash {
            throw fault("the event at \(event.position) was changed")
        }
        let sealed = SealedEvent(event: event, seal: seal)
        events += 1
        last = sealed
        return .event(sealed, previous: previous)
    }

    private mutating func check(_ content: ExportedContent) throws(ExportFault) {
        var sum = open?.sum ?? SHA256Stream()
        let (start, before) = (
            open.map { $0.content.start + Int64($0.content.bytes.count) } ?? 0, open?.content
        )
        guard content.start == start, content.size >= start + Int64(content.bytes.count),
            before.map({ $0.kind == content.kind && $0.sha256 == content.sha256 && $0.size == content.size })
                ?? true,
            !content.bytes.isEmpty || content.size == 0
        else { throw fault("the piece of bytes does not follow the one before it") }
        content.bytes.withUnsafeBytes { sum.update($0) }
        guard content.isLast else {
            open = (content, sum)
            return
        }
        guard sum.sum().hexadecimal == content.sha256 else { throw fault("the bytes were changed") }
        open = nil
        contents += 1
    }

    private func fault(_ reason: String, at line: Int64? = nil) -> ExportFault {
        ExportFault(line: line ?? lines, reason: reason)
    }
}

extension ExportHeader {
    fileprivate init(_ fields: JSONFields) throws {
        guard try fields.string("format") == ExportHeader.format else {
            throw ExportFault(line: 1, reason: "it is not the first line of an export of Holdfast")
        }
        let version = try fields.required("format_version", fields.integer("format_version"))
        guard version == ExportHeader.version else {
            throw ExportFault(
                line: 1,
                reason: "the format has version \(version), and this program reads \(ExportHeader.version)")
        }
        self.init(
            log: try fields.required("log", fields.string("log")), job: try fields.job("job"),
            kind: try fields.required("kind", fields.name("kind")),
            events: try fields.required("events", fields.integer("events")),
            hasArtifacts: try fields.bool("artifacts") ?? false)
    }
}

extension ExportHeader {
    private static let start = Array(#"{"format":"\#(ExportHeader.format)""#.utf8)

    /// Tells whether a line is the first one of an export, by how it begins.
    package static func begins(_ line: [UInt8]) -> Bool { line.starts(with: start) }

    /// The job of an export; nil when the line cannot be read.
    static func job(in line: [UInt8]) -> JobID? {
        guard let text = String(validating: line, as: UTF8.self), let json = try? JSONText(validating: text)
        else { return nil }
        return try? JSONFields(json).job("job")
    }
}

extension ExportEnd {
    private static let start = Array(#"{"end":"#.utf8)

    /// Tells whether a line is the last one of an export, by how it begins.
    static func begins(_ line: [UInt8]) -> Bool { line.starts(with: start) }
}

extension ExportedContent {
    /// Reads a piece of bytes; nil when the line is of another sort.
    fileprivate init?(_ fields: JSONFields) throws {
        guard let kind = Kind.allCases.first(where: { fields.raw($0.rawValue) != nil }) else { return nil }
        let text = try fields.required("content", fields.string("content"))
        self.init(
            kind, sha256: try fields.required(kind.rawValue, fields.string(kind.rawValue)),
            size: try fields.required("bytes", fields.integer("bytes")),
            start: try fields.required("start", fields.integer("start")),
            bytes: Array(try fields.required("content", Data(base64Encoded: text))))
    }
}

extension ExportEnd {
    fileprivate init(_ fields: JSONFields) throws {
        self.init(
            lines: try fields.required("lines", fields.integer("lines")),
            events: try fields.required("events", fields.integer("events")),
            contents: try fields.required("contents", fields.integer("contents")),
            sha256: try fields.required("sha256", fields.sum("sha256")))
    }
}

extension JSONFields {
    /// A SHA-256 in hexadecimal; nil when it is missing or null.
    fileprivate func sum(_ key: String) throws(JSONFieldError) -> SHA256Sum? {
        guard let text = try string(key) else { return nil }
        return try required(key, Hexadecimal.bytes(of: text).flatMap { $0.withUnsafeBytes { SHA256Sum($0) } })
    }
}
