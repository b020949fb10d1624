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

    /// The JSON of the page.
    public var json: JSONText {
        JSONWriter.object(capacity: 64 + artifacts.count * 256) { writer in
            writer.key("artifacts")
            writer.array { for record in artifacts { $0.raw(ArtifactDocument.json(of: record)) } }
            writer.field("next", next.map { JSONText.string($0.rawValue) } ?? .null)
        }
    }
}
