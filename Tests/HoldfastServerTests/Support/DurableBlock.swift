import HoldfastAPI
import HoldfastCore
import HoldfastStore
import Testing

/// One block of the event stream of the Durable Streams protocol.
struct DurableBlock: Equatable {
    var event = ""
    var data: [String] = []

    /// The elements of a batch, as they were sent.
    func elements() throws -> [String] {
        try #require(event == "data")
        return try WireAnswer.elements(data.joined(separator: "\n"))
    }

    /// The fields of a control block.
    func control() throws -> JSONFields {
        try #require(event == "control")
        return try JSONFields(JSONText(validating: data.joined(separator: "\n")))
    }
}

extension WireReader {
    /// The next block; nil once the stream has ended.
    mutating func durableBlock() async throws -> DurableBlock? {
        var block = DurableBlock()
        while let line = try await line() {
            if line == ":" { continue }
            if line.isEmpty { return block }
            let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
            try #require(parts.count == 2, "not a field: \(line)")
            switch parts[0] {
            case "event": block.event = parts[1]
            case "data": block.data.append(parts[1])
            default: Issue.record("an unknown field: \(line)")
            }
        }
        #expect(block == DurableBlock(), "the stream ends within a block")
        return nil
    }

    /// The blocks up to the first control block that has a field.
    mutating func durableBlocks(through field: String) async throws -> [DurableBlock] {
        var blocks: [DurableBlock] = []
        while let block = try await durableBlock() {
            blocks.append(block)
            if block.event == "control", try block.control().raw(field) != nil { return blocks }
        }
        throw WireFault.cutOff
    }
}

extension WireAnswer {
    /// The elements of the body's array, as they were sent.
    func elements() throws -> [String] { try WireAnswer.elements(body) }

    /// The elements of an array.
    static func elements(_ array: String) throws -> [String] {
        try #require(JSONValues.elements(try JSONText(validating: array))).map(\.text)
    }

    /// Where the reader stands.
    var nextOffset: String { headers["stream-next-offset"] ?? "none" }
    /// Whether nothing was left to read.
    var isUpToDate: Bool { headers["stream-up-to-date"] == "true" }
    /// Whether nothing will ever come.
    var isClosed: Bool { headers["stream-closed"] == "true" }
}

extension TestServer {
    /// Asks for a durable stream and reads the whole answer.
    func durable(
        _ job: JobID, _ query: String = "", method: String = "GET", headers: [String: String] = [:]
    ) async throws -> WireAnswer {
        try await send(method, "/v1/jobs/\(job)/durable-stream\(query)", headers: headers)
    }

    /// The job's events as a durable stream has them.
    func envelopes(of job: JobID) async throws -> [String] {
        try await history(of: job).map(\.envelope.text)
    }
}

/// The offset behind a position.
func offset(behind position: EventLogPosition) -> String {
    String(repeating: "0", count: 19 - position.description.count) + position.description
}
