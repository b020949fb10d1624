public import Holdfast

/// Asks for small versions of photos.
public struct Album: Job {
    /// The stored name.
    public static let kind: JobKind = "photos.album"
    /// The sizes of the small versions, in the order of the photos.
    public typealias Output = [Int]
    /// The sizes of the photos, in kilobytes.
    public var photos: [Int]

    /// Asks for small versions.
    public init(photos: [Int]) { self.photos = photos }
}

/// Asks for the small version of one photo: a job of its own.
public struct Thumbnail: Job {
    /// The stored name.
    public static let kind: JobKind = "photos.thumbnail"
    /// The size of the small version, in kilobytes.
    public typealias Output = Int
    /// The size of the photo, in kilobytes.
    public var size: Int
}

/// Makes the small versions of an album, each in a job of its own.
public struct AlbumHandler: JobHandler {
    /// Makes a handler.
    public init() {}

    /// Begins a child for each photo and waits for all.
    public func run(_ job: Album, _ context: JobContext) async throws -> [Int] {
        let thumbnails = try await context.spawn(contentsOf: job.photos.map { Thumbnail(size: $0) })
        return try await thumbnails.results(onFailure: .waitForAll)
    }
}

/// Makes one small version; here it only computes its size.
public struct ThumbnailHandler: JobHandler {
    /// Makes a handler.
    public init() {}

    /// Makes the small version.
    public func run(_ job: Thumbnail, _ context: JobContext) async throws -> Int {
        guard job.size > 0 else { throw JobOutcome.discard("an empty photo") }
        return max(1, job.size / 100)
    }
}
