import HoldfastCore

/// The last line of a segment: what stands before it, and the SHA-256 over that.
struct SegmentEnd: Hashable {
    private static let start = Array(#"{"segment":"#.utf8)

    var jobs: Int
    var events: Int64
    var first: EventLogPosition
    var last: EventLogPosition
    var sha256: SHA256Sum

    /// Tells whether a line is the last one of a segment, by how it begins.
    static func begins(_ line: [UInt8]) -> Bool { line.starts(with: start) }

    /// The bytes of the line, with the one that ends it.
    var line: [UInt8] {
        let fields = JSONWriter.object { writer in
            writer.field("jobs", jobs)
            writer.field("events", events)
            writer.field("first", first.description)
            writer.field("last", last.description)
            writer.field("sha256", sha256.hexadecimal)
        }
        return Array(JSONWriter.object { $0.field("segment", fields) }.text.utf8) + [UInt8(ascii: "\n")]
    }
}

extension SegmentEnd {
    /// Reads the line, without the byte that ends it.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    init(line: [UInt8]) throws {
        let line = try JSONFields(JSONText(validating: String(decoding: line, as: UTF8.self)))
        let fields = try line.required("segment", line.object("segment"))
        self.init(
            jobs: Int(try fields.required("jobs", fields.integer("jobs"))),
            events: try fields.required("events", fields.integer("events")),
            first: try fields.position("first"), last: try fields.position("last"),
            sha256: try fields.required(
                "sha256", SHA256Sum(hexadecimal: try fields.string("sha256") ?? "")))
    }
}
