public import HoldfastCore

/// Bytes on their way into the store, chunk by chunk, under the lease of the run that saves them.
///
/// Nobody finds them before the event that records them: its transaction gives them the name by which they are found.
/// When the lease ends before that, they are leftovers and are removed.
public struct BlobUpload: Hashable, Sendable {
    /// 32 lower-case hexadecimal digits that no other upload has.
    public let id: String
    /// The job that saves them.
    public let job: JobID
    /// The lease under which they are written.
    public let token: LeaseToken

    /// Names an upload.
    public init(id: String, job: JobID, token: LeaseToken) {
        self.id = id
        self.job = job
        self.token = token
    }

    /// Whether the bytes were a file of a job that was pruned: no lease stands behind them.
    public var isLeftByPruning: Bool { token.position == .beginning }
}

/// An upload that was not recorded yet, and how many bytes of it are in the store.
public struct UnfinishedUpload: Hashable, Sendable {
    /// Which upload.
    public let upload: BlobUpload
    /// How many bytes are there.
    public let bytes: Int64

    /// Puts both together.
    public init(_ upload: BlobUpload, bytes: Int64) {
        self.upload = upload
        self.bytes = bytes
    }
}

extension WriteSet {
    /// What happens to bytes beside the log.
    public enum BlobChange: Hashable, Sendable {
        /// A chunk that begins at this byte, counted from 0.
        ///
        /// The first one begins the upload. One that is there already stays as it is.
        case append(BlobUpload, at: Int64, content: [UInt8])
        /// The upload is whole: from now on it is found by the SHA-256 of its bytes, which no other one has.
        case complete(BlobUpload, sha256: String)
        /// The upload's chunks that begin at this byte or behind it go; all of it when that is 0.
        case remove(BlobUpload, from: Int64)
    }
}
