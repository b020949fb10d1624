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

extension Server {
    /// Opens streams of a job, and asks the server to stop once all have caught up; each has to be told to come back.
    ///
    /// - Returns: When the server was asked.
    func stop(
        with count: Int, streamsOf job: String, over client: HTTPClient
    ) async throws -> ContinuousClock.Instant {
        try await withThrowingTaskGroup(of: String.self) { group in
            let (opened, open) = AsyncStream<Void>.makeStream()
            for _ in 0..<count {
                group.addTask {
                    var stream = try await EventStream("\(url)/v1/jobs/\(job)/stream", over: client)
                    var last = ""
                    while let block = try await stream.next() {
                        if block.event == "stream.caught_up" { open.yield() }
                        last = block.event
                    }
                    return last
                }
            }
            var caughtUp = 0
            for await _ in opened {
                caughtUp += 1
                if caughtUp == count { break }
            }
            let asked = ContinuousClock().now
            try command.terminate()
            for try await last in group { #expect(last == "stream.rotate") }
            return asked
        }
    }
}
