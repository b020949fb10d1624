import HoldfastAPI
import HoldfastCore
import Testing

@Suite("The bodies of requests")
struct RequestBodyTests {
    @Test func `a body that was written is read back`() throws {
        let bodies = [
            EnqueueBody(kind: "k"),
            EnqueueBody(kind: "k", input: .null, acceptsAnyKind: true),
            EnqueueBody(
                kind: "ledger.import", input: JSONText(unchecked: #"{"a":[1,"é"]}"#), queue: "q",
                priority: JobPriority(-7), key: "key",
                notBefore: Timestamp(microseconds: 1_791_460_800_123_456),
                tags: ["a", "b c"], retry: RetryChoice(maxAttempts: 9)),
        ]
        for body in bodies {
            #expect(try EnqueueBody(parsing: body.json.text.utf8) == body)
        }
    }

    @Test(arguments: [("\"high\"", 10), ("\"normal\"", 0), ("\"low\"", -10), ("-100", -100), ("100", 100)])
    func `a priority is a word or a number`(text: String, value: Int) throws {
        let body = try EnqueueBody(parsing: #"{"kind":"k","priority":\#(text)}"#.utf8)
        #expect(body.priority?.value == value)
    }

    @Test func `an empty body of a command says as much as one without fields`() throws {
        #expect(try SteerBody(parsing: []) == SteerBody(parsing: Array("{}".utf8)))
        let body = SteerBody(reason: "a \"reason\"\n")
        #expect(try SteerBody(parsing: Array(body.json.text.utf8)) == body)
    }

    @Test func `a place that is not UTF-8 is counted in bytes`() {
        #expect(throws: RequestFault.notUTF8(offset: 6)) {
            try EnqueueBody(parsing: Array(#"{"é""#.utf8) + [0x20, 0xC3, 0x28])
        }
    }
}

@Suite("The blocks of a stream as bytes")
struct BlockTests {
    @Test func `a block is retry, id, event and one line of data`() {
        var bytes: [UInt8] = []
        ServerSentEvents.append(
            retry: 1500, id: EventLogPosition(7), event: "stream.open", data: .emptyObject, to: &bytes)
        ServerSentEvents.append(
            id: EventLogPosition(8), event: "log.written", data: JSONText(unchecked: "1"), to: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "retry: 1500\nid: 7\nevent: stream.open\ndata: {}\n\nid: 8\nevent: log.written\ndata: 1\n\n"
        )
    }

    @Test func `a heartbeat is a comment without an empty line behind it`() {
        #expect(ServerSentEvents.heartbeat == Array(":\n".utf8))
    }

    @Test func `no control block has the name of the browser's own error`() {
        let position = EventLogPosition(1)
        let blocks: [StreamControl] = [
            .open(log: "l", from: position, earliest: position, tail: position),
            .gap(.pruned, from: position, to: position), .caughtUp, .rotate(.shutdown),
            .end(job: JobID(high: 1, low: 2), state: .failed),
        ]
        #expect(blocks.allSatisfy { $0.event.hasPrefix("stream.") })
        #expect(Set(blocks.map(\.event)).count == blocks.count)
    }
}
