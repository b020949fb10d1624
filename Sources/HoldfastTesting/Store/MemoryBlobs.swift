import HoldfastCore
import HoldfastStore

/// The bytes beside a log in memory, in the chunks in which they were written.
struct MemoryBlobs: Sendable {
    private struct Chunk {
        let start: Int64
        let content: [UInt8]
    }

    private struct Unfinished {
        let upload: BlobUpload
        var chunks: [Chunk] = []
        var bytes: Int64 = 0
    }

    private var complete: [String: [Chunk]] = [:]
    private var unfinished: [String: Unfinished] = [:]

    /// Tells whether there are such bytes, complete.
    func has(_ sha256: String) -> Bool { complete[sha256] != nil }

    /// The rest of the chunk that holds a byte, from that byte on.
    func content(of sha256: String, from offset: Int64) -> [UInt8]? {
        guard let chunks = complete[sha256] else { return nil }
        guard let chunk = chunks.last(where: { $0.start <= offset }) else { return [] }
        return Array(chunk.content.dropFirst(Int(clamping: offset - chunk.start)))
    }

    /// Uploads that no event has recorded yet.
    func uploads(limit: Int) -> [UnfinishedUpload] {
        unfinished.values.prefix(limit).map { UnfinishedUpload($0.upload, bytes: $0.bytes) }
    }

    /// Refuses what a schema would refuse.
    func check(_ changes: [WriteSet.BlobChange]) throws(StoreError) {
        var begun: Set<String> = []
        for change in changes {
            switch change {
            case .append(let upload, _, _): begun.insert(upload.id)
            case .complete(let upload, let sha256):
                guard unfinished[upload.id] != nil || begun.contains(upload.id) else {
                    throw refusal("there is no upload \(upload.id)")
                }
                guard complete[sha256] == nil else { throw refusal("the bytes are there already") }
            case .remove: break
            }
        }
    }

    /// Makes one change.
    mutating func apply(_ change: WriteSet.BlobChange) {
        switch change {
        case .append(let upload, let offset, let content):
            var row = unfinished[upload.id] ?? Unfinished(upload: upload)
            row.bytes = max(row.bytes, offset + Int64(content.count))
            if !content.isEmpty, !row.chunks.contains(where: { $0.start == offset }) {
                row.chunks.append(Chunk(start: offset, content: content))
                row.chunks.sort { $0.start < $1.start }
            }
            unfinished[upload.id] = row
        case .complete(let upload, let sha256):
            complete[sha256] = unfinished.removeValue(forKey: upload.id)?.chunks ?? []
        case .remove(let upload, let offset):
            if offset <= 0 { unfinished[upload.id] = nil }
            unfinished[upload.id]?.chunks.removeAll { $0.start >= offset }
            unfinished[upload.id]?.bytes = offset
        }
    }

    private func refusal(_ reason: String) -> StoreError {
        StoreError(.constraint, operation: "write", reason: reason)
    }
}
