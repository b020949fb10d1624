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
    private var bytes: HTTPClientResponse.Body.AsyncIterator
    private var rest: [UInt8] = []

    /// Asks for a stream.
    init(_ url: String, lastEventID: String? = nil, over client: HTTPClient = .shared) async throws {
        var request = HTTPClientRequest(url: url)
        if let lastEventID { request.headers.add(name: "Last-Event-ID", value: lastEventID) }
        let response = try await client.execute(request, timeout: .minutes(2))
        status = Int(response.status.code)
        bytes = response.body.makeAsyncIterator()
    }

    /// The next block; nil at the end.
    mutating func next() async throws -> StreamBlock? {
        var block = StreamBlock()
        while let line = try await nextLine() {
            if line.isEmpty {
                if !block.event.isEmpty { return block }
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

    private mutating func nextLine() async throws -> String? {
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                defer { rest.removeFirst(end + 1) }
                return String(decoding: rest[..<end], as: UTF8.self)
            }
            guard let buffer = try await bytes.next() else { return nil }
            rest += buffer.readableBytesView
        }
    }
}
