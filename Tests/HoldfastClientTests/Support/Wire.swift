import HoldfastAPI
import HoldfastCore

@testable import HoldfastClient

/// What servers send, for tests.
enum Wire {
    static let log = "7c1a9d02955a3b4cae980735c785fc6f"

    static func reading(from start: StreamStart, log: String? = nil) -> StreamReading {
        StreamReading(
            StreamReading.Paths(stream: "/stream", pages: "/pages"), filter: [], from: start, log: log,
            timing: ClientTiming())
    }

    /// A reader that found its stream held back.
    static func polling(after position: Int64, log: String? = nil) -> StreamReading {
        var reading = reading(from: .after(EventLogPosition(position)), log: log)
        _ = try? reading.failed(.timedOut(.firstByte), part: { $0 })
        return reading
    }

    static func block(_ id: Int64, _ event: String, _ data: String) -> String {
        "id: \(id)\nevent: \(event)\ndata: \(data)\n\n"
    }

    static func open(_ from: Int64, log: String = log, retry: Int? = nil) -> String {
        (retry.map { "retry: \($0)\n" } ?? "")
            + block(from, "stream.open", #"{"log":"\#(log)","from":"\#(from)","earliest":"1","tail":"99"}"#)
    }

    static func envelope(_ position: Int64) -> String {
        #"{"position":"\#(position)","job":"019c2f49-a3b7-7c51-8d2e-6f0a1b2c3d4e","version":\#(position),"#
            + #""kind":"log.written","at":"2026-10-08T14:03:00.000125Z","attempt":1,"#
            + #""actor":{"type":"worker","id":"w"},"data":{"message":"grüße"}}"#
    }

    static func stored(_ positions: Int64...) -> String {
        positions.map { block($0, "log.written", envelope($0)) }.joined()
    }

    static func page(_ positions: [Int64], through: Int64) -> HistoryPage {
        HistoryPage(
            log: log, events: positions.map { JSONText(unchecked: envelope($0)) }, next: nil,
            through: EventLogPosition(through))
    }

    static func refusal(
        _ status: Int, _ type: String, extras: [ProblemExtra] = [], retryAfter: Duration? = nil
    ) -> ClientError {
        let kind = ProblemKind(rawValue: type) ?? .refused
        return .refused(
            Problem(kind, status: status, detail: "refused by the test", extras: extras),
            retryAfter: retryAfter)
    }
}

extension StreamReading {
    /// Reads one connection that brings a text.
    mutating func give(_ text: String) throws -> [StreamEvent] {
        _ = begin()
        return try take(Array(text.utf8))
    }

    /// The query of the next request.
    var asked: [String: String] {
        var next = self
        return Dictionary(uniqueKeysWithValues: next.begin().query.map { ($0.name, $0.value) })
    }
}
