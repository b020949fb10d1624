package import HoldfastAPI
package import HoldfastCore
package import Testing

/// An answer as it stood on the wire.
package struct WireAnswer: Sendable {
    package var status: Int
    /// The names in lower case.
    package var headers: [String: String]
    package var body: String

    /// The body as a problem.
    package func problem(sourceLocation: SourceLocation = #_sourceLocation) throws -> Problem {
        #expect(headers["content-type"] == Problem.mediaType, sourceLocation: sourceLocation)
        let problem = try #require(
            Problem(parsing: body), "no problem: \(body)", sourceLocation: sourceLocation)
        #expect(problem.status == status, sourceLocation: sourceLocation)
        #expect(!problem.title.isEmpty && !problem.detail.isEmpty, sourceLocation: sourceLocation)
        return problem
    }

    /// The fields of the body's object.
    package func fields() throws -> JSONFields { try JSONFields(JSONText(validating: body)) }

    /// Checks the status of an answer that is not looked at further.
    package func expect(_ expected: Int, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(status == expected, "\(body)", sourceLocation: sourceLocation)
    }
}

/// What an answer ended with, if it did not end as it should.
package enum WireFault: Error, Equatable {
    /// The connection was closed before the end that the head promised.
    case cutOff
}

/// Reads answers from a connection: head, chunks and blocks, byte by byte as they were sent.
package struct WireReader {
    private var source: AsyncThrowingStream<[UInt8], any Error>.AsyncIterator
    private var raw: [UInt8] = []
    private var body: [UInt8] = []
    private var isChunked = false
    private var isAtEnd = false

    package init(_ connection: WireConnection) { source = connection.bytes() }

    /// Reads a head and, where there is one, the whole body.
    package mutating func answer(withBody: Bool = true) async throws -> WireAnswer {
        var answer = try await head()
        guard withBody, ![204, 304].contains(answer.status) else { return answer }
        if isChunked {
            while try await readChunk() {}
            answer.body = String(decoding: body, as: UTF8.self)
        } else {
            let length = try #require(answer.headers["content-length"].flatMap(Int.init))
            while raw.count < length { try await fill() }
            answer.body = String(decoding: raw.prefix(length), as: UTF8.self)
            raw.removeFirst(length)
        }
        return answer
    }

    /// Reads so many bytes as they are.
    package mutating func text(_ length: Int) async throws -> String {
        while raw.count < length { try await fill() }
        defer { raw.removeFirst(length) }
        return String(decoding: raw.prefix(length), as: UTF8.self)
    }

    /// Reads a head.
    package mutating func head() async throws -> WireAnswer {
        (body, isAtEnd) = ([], false)
        let lines = try await rawText(upTo: "\r\n\r\n").split(separator: "\r\n").map(String.init)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let colon = try #require(line.firstIndex(of: ":"))
            headers[line[..<colon].lowercased()] =
                line[line.index(after: colon)...].drop { $0 == " " }.description
        }
        isChunked = headers["transfer-encoding"] == "chunked"
        let status = try #require(lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return WireAnswer(status: status, headers: headers, body: "")
    }

    /// The next line of a chunked body without its end; nil once the body has ended.
    package mutating func line() async throws -> String? {
        while true {
            if let end = body.firstIndex(of: UInt8(ascii: "\n")) {
                defer { body.removeFirst(end + 1) }
                return String(decoding: body[..<end], as: UTF8.self)
            }
            guard try await readChunk() else {
                #expect(body.isEmpty, "the body ends within a line")
                return nil
            }
        }
    }

    /// The next block of an event stream; nil once the stream has ended.
    package mutating func block() async throws -> WireBlock? {
        var block = WireBlock()
        while let line = try await line() {
            if line == ":" {
                #expect(block == WireBlock(), "a heartbeat within a block")
                return WireBlock(isHeartbeat: true)
            }
            if line.isEmpty { return block }
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            try #require(parts.count == 2 && parts[1].hasPrefix(" "), "not a field: \(line)")
            let value = String(parts[1].dropFirst())
            switch parts[0] {
            case "retry": block.retry = try #require(Int(value) as Int?)
            case "id": block.id = value
            case "event": block.event = value
            case "data":
                #expect(block.data.isEmpty, "two lines of data")
                block.data = value
            default: Issue.record("an unknown field: \(line)")
            }
        }
        #expect(block == WireBlock(), "the stream ends within a block")
        return nil
    }

    /// The blocks up to and including the first of a name.
    package mutating func blocks(through event: String) async throws -> [WireBlock] {
        var blocks: [WireBlock] = []
        while let block = try await block() {
            blocks.append(block)
            if block.event == event { return blocks }
        }
        throw WireFault.cutOff
    }

    /// All blocks that are still to come.
    package mutating func remainingBlocks() async throws -> [WireBlock] {
        var blocks: [WireBlock] = []
        while let block = try await block() { blocks.append(block) }
        return blocks
    }

    /// What comes next of a chunked body, as it was sent; nil once the body has ended.
    package mutating func bytes() async throws -> [UInt8]? {
        if body.isEmpty, try await !readChunk() { return nil }
        defer { body = [] }
        return body
    }

    // MARK: -

    /// Moves one chunk to the body; false after the last one.
    private mutating func readChunk() async throws -> Bool {
        if isAtEnd { return false }
        let size = try #require(Int(try await rawText(upTo: "\r\n"), radix: 16))
        while raw.count < size + 2 { try await fill() }
        body += raw.prefix(size)
        raw.removeFirst(size + 2)
        isAtEnd = size == 0
        return !isAtEnd
    }

    private mutating func rawText(upTo mark: String) async throws -> String {
        let mark = Array(mark.utf8)
        while true {
            if let end = raw.indices.first(where: { raw[$0...].starts(with: mark) }) {
                defer { raw.removeFirst(end + mark.count) }
                return String(decoding: raw[..<end], as: UTF8.self)
            }
            try await fill()
        }
    }

    private mutating func fill() async throws {
        guard let bytes = try await source.next() else { throw WireFault.cutOff }
        raw += bytes
    }
}

/// One block of an event stream, or a heartbeat.
package struct WireBlock: Equatable, Sendable {
    package var retry: Int?
    package var id = ""
    package var event = ""
    package var data = ""
    package var isHeartbeat = false

    /// Whether the block is a stored event.
    package var isStored: Bool { !isHeartbeat && !event.hasPrefix("stream.") }

    /// The fields of the data's object.
    package func fields() throws -> JSONFields { try JSONFields(JSONText(validating: data)) }
}
