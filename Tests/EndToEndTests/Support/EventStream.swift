import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// A block of an event stream as a stranger reads it.
struct StreamBlock: Hashable, Sendable {
    var id = ""
    var event = ""
    var data = ""

    /// Whether it is an event of the log, not one of the stream's own.
    var isStored: Bool { !event.hasPrefix("stream.") }
}

/// An event stream of a server, read block by block.
struct EventStream {
    let status: Int
    private var lines: BodyLines

    /// Asks for a stream.
    init(
        _ url: String, lastEventID: String? = nil, isCompressed: Bool = false,
        headers: [String: String] = [:],
        over client: HTTPClient = .shared
    ) async throws {
        var request = HTTPClientRequest(url: url)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if isCompressed { request.headers.add(name: "Accept-Encoding", value: "gzip") }
        if let lastEventID { request.headers.add(name: "Last-Event-ID", value: lastEventID) }
        let response = try await client.execute(request, timeout: .minutes(2))
        status = Int(response.status.code)
        if isCompressed, status == 200 {
            #expect(response.headers.first(name: "Content-Encoding") == "gzip")
        }
        lines = BodyLines(response.body)
    }

    /// The next block; nil at the end.
    mutating func next() async throws -> StreamBlock? {
        var block = StreamBlock()
        while let line = try await lines.next() {
            if line.isEmpty {
                if !block.event.isEmpty || !block.data.isEmpty { return block }
                continue
            }
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " }.description : ""
            switch parts[0] {
            case "id": block.id = value
            case "event": block.event = value
            case "data": block.data = value
            default: break
            }
        }
        return nil
    }

    /// The next stored events, at most a number of them; fewer only when the stream says that it ends.
    mutating func stored(_ count: Int = .max) async throws -> [StreamBlock] {
        var blocks: [StreamBlock] = []
        while blocks.count < count, let block = try await next() {
            if block.isStored { blocks.append(block) }
            if block.event == "stream.end" { break }
        }
        return blocks
    }
}
