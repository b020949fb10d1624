import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// Reads the events of a job, and comes back with the last cursor that it got whole however often its connection breaks.
struct StubbornReader: Sendable {
    /// How it reads.
    enum Form: CaseIterable {
        case stream, compressedStream, lines, pages
    }

    /// What it has so far: envelopes with commas between them.
    private(set) var events = ""
    /// How often its connection broke.
    private(set) var breaks = 0
    private let form: Form
    private let job: String
    private let client: HTTPClient
    private var cursor: String?

    /// - Parameters:
    ///   - job: The path of the job, such as `/v1/jobs/..`.
    ///   - form: How it reads.
    ///   - client: Makes the connections.
    init(of job: String, as form: Form = .stream, over client: HTTPClient) {
        self.form = form
        self.job = job
        self.client = client
    }

    /// Reads from a server until the job is over, over as many connections as it takes.
    mutating func readToEnd(from url: String) async throws {
        while true {
            do {
                switch form {
                case .stream, .compressedStream:
                    if ["stream.end", nil].contains(try await readStream(from: url)) { return }
                case .lines: return try await readLines(from: url)
                case .pages: if try await !readPage(from: url) { return }
                }
            } catch let error as CancellationError {
                throw error
            } catch  where breaks < 1_000 {
                breaks += 1
            }
        }
    }

    /// Reads an event stream as long as it goes on.
    ///
    /// - Parameters:
    ///   - url: The server.
    ///   - onCaughtUp: Called when everything so far has come.
    /// - Returns: The name of the last block; nil when there was nothing left to read.
    /// - Throws: When the connection breaks.
    mutating func readStream(from url: String, onCaughtUp: () -> Void = {}) async throws -> String? {
        var stream = try await EventStream(
            "\(url)\(job)/stream\(cursor == nil ? "?from=start" : "")", lastEventID: cursor,
            isCompressed: form == .compressedStream, over: client)
        if stream.status == 204 { return nil }
        try #require(stream.status == 200)
        var last: String?
        while let block = try await stream.next() {
            cursor = block.id
            if block.isStored {
                #expect(block.data.hasPrefix(#"{"position":"\#(block.id)","#), "an id is not its event's")
                take(block.data)
            }
            if block.event == "stream.caught_up" { onCaughtUp() }
            last = block.event
            // The server waits for the reader to close.
            if last == "stream.end" { break }
        }
        return last
    }

    private mutating func readLines(from url: String) async throws {
        let start = cursor.map { "last_event_id=\($0)" } ?? "from=start"
        let answer = try await ask("\(url)\(job)/events?format=ndjson&follow=1&\(start)")
        var lines = BodyLines(answer.body)
        while let line = try await lines.next() {
            take(line)
            cursor = String(line.dropFirst(#"{"position":""#.count).prefix { $0 != "\"" })
        }
    }

    /// Waits for a page.
    ///
    /// - Returns: Whether there may be another one.
    private mutating func readPage(from url: String) async throws -> Bool {
        let answer = try await ask("\(url)\(job)/events?wait=30&last_event_id=\(cursor ?? "0")")
        if answer.status == .noContent { return false }
        let body = try await answer.body.collect(upTo: 16 << 20)
        let text = String(buffer: body)
        cursor = try JSONDecoder().decode(Page.self, from: Data(text.utf8)).through
        let start = try #require(text.range(of: #""events":["#)).upperBound
        let end = try #require(text.range(of: #"],"next":"#, options: .backwards)).lowerBound
        if start < end { take(text[start..<end]) }
        return true
    }

    private func ask(_ url: String) async throws -> HTTPClientResponse {
        let answer = try await client.execute(HTTPClientRequest(url: url), timeout: .minutes(2))
        #expect([200, 204].contains(answer.status.code))
        return answer
    }

    private mutating func take(_ text: some StringProtocol) {
        if !events.isEmpty { events += "," }
        events += text
    }

    private struct Page: Decodable {
        let through: String
    }
}
