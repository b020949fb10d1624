public import HoldfastCore

/// The JSON of what is known about one artifact of a job.
public enum ArtifactDocument {
    /// Writes the object of a record; its bytes are found by the job and the name.
    public static func json(of record: ArtifactRecord) -> JSONText {
        JSONWriter.object { writer in
            writer.field("name", record.name)
            writer.field("media_type", record.mediaType)
            writer.field("bytes", record.bytes)
            writer.field("sha256", record.sha256)
            writer.field("saved_at", record.savedAt)
            writer.field("position", record.position.description)
        }
    }

    /// Reads the object of a record.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    public static func record(of json: JSONText) throws -> ArtifactRecord {
        let fields = try JSONFields(json)
        let name = try fields.read("name", expected: "the name of an artifact", ArtifactName.init(rawValue:))
        let mediaType = try fields.read("media_type", expected: "a media type", MediaType.init(rawValue:))
        return ArtifactRecord(
            saved: ArtifactSaved(
                name: try fields.required("name", name),
                mediaType: try fields.required("media_type", mediaType),
                bytes: try fields.required("bytes", fields.integer("bytes")),
                sha256: try fields.required("sha256", fields.string("sha256"))),
            savedAt: try fields.required("saved_at", fields.timestamp("saved_at")),
            position: try fields.required("position", fields.position("position")))
    }
}

/// One page of `GET /v1/jobs/:id/artifacts`, ordered by the bytes of the names.
public struct ArtifactPage: Hashable, Sendable {
    /// The artifacts.
    public var artifacts: [ArtifactRecord]
    /// The `after` of the next page; nil on the last one.
    public var next: ArtifactName?

    /// Puts a page together.
    public init(artifacts: [ArtifactRecord], next: ArtifactName?) {
        self.artifacts = artifacts
        self.next = next
    }

    /// Reads a page.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    public init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        artifacts = try fields.list("artifacts").map(ArtifactDocument.record)
        next = try fields.read("next", expected: "the name of an artifact", ArtifactName.init(rawValue:))
    }

    /// The JSON of the page.
    public var json: JSONText {
        JSONWriter.object(capacity: 64 + artifacts.count * 256) { writer in
            writer.key("artifacts")
            writer.array { for record in artifacts { $0.raw(ArtifactDocument.json(of: record)) } }
            writer.field("next", next.map { JSONText.string($0.rawValue) } ?? .null)
        }
    }
}
