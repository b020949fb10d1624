import Foundation
import HoldfastClient
import Testing

/// One byte stream of `Tests/ClientTests/Fixtures`, which the clients of all languages read alike.
struct StreamFixture: Decodable, CustomTestStringConvertible, Sendable {
    private struct Block: Decodable, Sendable {
        let id: String
        let event: String
        let data: String
    }

    let name: String
    let retry: Int64?
    let lastEventID: String
    private let stream: String?
    private let base64: Data?
    private let blocks: [Block]

    private enum CodingKeys: String, CodingKey {
        case name, retry, stream, blocks
        case base64 = "stream_base64"
        case lastEventID = "last_event_id"
    }

    var testDescription: String { name }

    /// The bytes as they stand on the wire.
    var bytes: [UInt8] { base64.map(Array.init) ?? Array((stream ?? "").utf8) }

    /// What a reader has to make of the bytes, however they are cut.
    var expected: StreamReport {
        StreamReport(
            blocks: blocks.map { StreamBlock(id: $0.id, event: $0.event, data: $0.data) },
            lastEventID: lastEventID, retry: retry)
    }

    /// All of them, in the order of their files.
    static let all: [StreamFixture] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../ClientTests/Fixtures").standardized
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted().compactMap { name in
            let bytes = try? Data(contentsOf: folder.appendingPathComponent(name))
            return bytes.flatMap { try? JSONDecoder().decode(StreamFixture.self, from: $0) }
        }
    }()

    /// The files that there are, also those that cannot be read.
    static var fileCount: Int {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../ClientTests/Fixtures").standardized
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".json") }.count
    }
}

/// What a parser knows after a number of pieces.
struct StreamReport: Hashable {
    var blocks: [StreamBlock]
    var lastEventID: String
    var retry: Int64?

    init(blocks: [StreamBlock], lastEventID: String, retry: Int64?) {
        self.blocks = blocks
        self.lastEventID = lastEventID
        self.retry = retry
    }

    init(of pieces: [ArraySlice<UInt8>]) {
        var parser = EventStreamParser()
        var blocks: [StreamBlock] = []
        for piece in pieces { blocks += parser.push(piece) }
        self.init(blocks: blocks, lastEventID: parser.lastEventID, retry: parser.retry)
    }
}
