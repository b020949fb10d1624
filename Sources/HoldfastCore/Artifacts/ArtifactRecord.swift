/// Records that a job keeps a file from now on.
///
/// Its bytes stand beside the log, found by their SHA-256. A later event of the same name replaces the file in the list
/// of the job; the history keeps both.
public struct ArtifactSaved: Hashable, Sendable {
    /// The name within the job.
    public var name: ArtifactName
    /// What the bytes are.
    public var mediaType: MediaType
    /// How many bytes there are.
    public var bytes: Int64
    /// The SHA-256 of the bytes, in lower-case hexadecimal.
    public var sha256: String

    /// Puts the event's values together.
    public init(name: ArtifactName, mediaType: MediaType, bytes: Int64, sha256: String) {
        self.name = name
        self.mediaType = mediaType
        self.bytes = bytes
        self.sha256 = sha256
    }
}

/// A file that a job keeps under a name: the fold of its events of that name, which is the last of them.
public struct ArtifactRecord: Hashable, Sendable {
    /// What was saved.
    public let saved: ArtifactSaved
    /// When it was saved.
    public let savedAt: Timestamp
    /// The position of the event.
    public let position: EventLogPosition

    /// Puts a record together, such as one read back from the store.
    public init(saved: ArtifactSaved, savedAt: Timestamp, position: EventLogPosition) {
        self.saved = saved
        self.savedAt = savedAt
        self.position = position
    }

    /// The record that an event makes; nil for events of other kinds.
    public init?(_ recorded: RecordedEvent) {
        guard case .job(.artifactSaved(let saved)) = recorded.event else { return nil }
        self.init(saved: saved, savedAt: recorded.at, position: recorded.position)
    }

    /// The name within the job.
    public var name: ArtifactName { saved.name }
    /// What the bytes are.
    public var mediaType: MediaType { saved.mediaType }
    /// How many bytes there are.
    public var bytes: Int64 { saved.bytes }
    /// The SHA-256 of the bytes, in lower-case hexadecimal.
    public var sha256: String { saved.sha256 }
}
