import HoldfastAPI
import HoldfastCore
import Testing

@testable import HoldfastClient

/// How long a reader waits, and when it asks for pages.
@Suite("Stream waits")
struct StreamWaitTests {
    private static let cut = ClientError.cut("by the test")

    /// The bounds of the waits after a number of connections that were cut.
    private func bounds(_ count: Int, of text: String, _ reading: inout StreamReading) throws -> [Duration] {
        try (0..<count).map { _ in
            _ = try reading.give(text)
            return try reading.failed(Self.cut, part: { $0 }).rest
        }
    }

    @Test func `the waits double from the retry of the server up to the limit`() throws {
        var reading = Wire.reading(from: .beginning)
        let bounds = try bounds(6, of: Wire.open(0, retry: 3000), &reading)
        #expect(bounds == [3, 6, 12, 24, 30, 30].map { .seconds($0) })
    }

    @Test func `chance may shorten a wait down to nothing`() throws {
        var reading = Wire.reading(from: .beginning)
        let waits = try (0..<3).map { _ in try reading.failed(Self.cut, part: { _ in .zero }).rest }
        #expect(waits == [.zero, .zero, .zero])
    }

    @Test func `a part by chance lies between nothing and the whole`() {
        func part(_ bits: UInt64) -> Duration {
            ClientEnvironment(uptime: { .zero }, sleep: { _ in }, random: { bits }).part(of: .seconds(8))
        }
        #expect(part(0) == .zero)
        #expect(part(1 << 63) == .seconds(4))
        #expect(part(.max) < .seconds(8))
        #expect(part(.max) > .seconds(7))
    }

    @Test func `the waits never overflow`() throws {
        var reading = Wire.reading(from: .beginning)
        #expect(try bounds(1100, of: "", &reading).last == .seconds(30))
    }

    @Test func `an event resets the waits and a mere opening does not`() throws {
        var reading = Wire.reading(from: .beginning)
        #expect(try bounds(3, of: Wire.open(0), &reading) == [2, 4, 8].map { .seconds($0) })
        #expect(try bounds(1, of: Wire.open(0) + Wire.stored(1), &reading) == [.seconds(2)])
        #expect(try bounds(1, of: Wire.open(1), &reading) == [.seconds(4)])
    }

    @Test func `a retry of nothing still leaves a wait`() throws {
        var reading = Wire.reading(from: .beginning)
        #expect(try bounds(1, of: Wire.open(0, retry: 0), &reading) == [.milliseconds(100)])
    }

    @Test func `a planned close is no failure and waits as the server says`() throws {
        var reading = Wire.reading(from: .beginning)
        let rotate = "retry: 1234\n" + Wire.block(4, "stream.rotate", #"{"reason":"shutdown"}"#)
        #expect(try reading.give(Wire.open(0) + rotate + Wire.stored(5)).isEmpty)
        #expect(reading.rotation == .milliseconds(1234))
        #expect(reading.asked["last_event_id"] == "4")
    }

    @Test(arguments: [408, 429, 500, 502, 503])
    func `what may pass is waited for at least as long as the server says`(status: Int) throws {
        var reading = Wire.reading(from: .beginning)
        let soon = ClientError.foreign(status: status, retryAfter: nil)
        #expect(try reading.failed(soon, part: { $0 }).rest == .seconds(2))
        let later = Wire.refusal(status, "unavailable", retryAfter: .seconds(7))
        #expect(try reading.failed(later, part: { _ in .zero }).rest == .seconds(7))
    }

    // Pages

    @Test func `a stream without a first byte is asked for page by page at once`() throws {
        var reading = Wire.reading(from: .after(EventLogPosition(4)))
        _ = reading.begin()
        #expect(try reading.failed(.timedOut(.firstByte), part: { $0 }).rest == .zero)
        let request = reading.begin()
        #expect(request.path == "/pages")
        #expect(request.accept == "application/json")
        #expect(reading.asked == ["last_event_id": "4", "format": "json", "wait": "25"])
    }

    @Test func `silence twice in a row makes it ask for pages and a failure there for the stream again`()
        throws
    {
        var reading = Wire.reading(from: .beginning)
        _ = try reading.failed(.timedOut(.silence), part: { $0 })
        #expect(!reading.isPolling)
        _ = try reading.failed(.timedOut(.silence), part: { $0 })
        #expect(reading.isPolling)
        _ = try reading.failed(Self.cut, part: { $0 })
        #expect(!reading.isPolling)
    }

    @Test func `pages give each event once and move the cursor`() throws {
        var reading = Wire.polling(after: 4)
        let events = try reading.take(Wire.page([4, 5, 5, 6], through: 6), after: .zero)
        #expect(events.map(\.cursor.value) == [5, 6])
        #expect(events.first?.json.text == Wire.envelope(5))
        #expect(reading.asked["last_event_id"] == "6")
        #expect(try reading.take(Wire.page([], through: 90), after: .seconds(25)).isEmpty)
        #expect(reading.asked["last_event_id"] == "90")
    }

    @Test func `a server that does not wait is not asked without end`() throws {
        var reading = Wire.polling(after: 4)
        let error = #expect(throws: ClientError.self) {
            try reading.take(Wire.page([], through: 4), after: .milliseconds(3))
        }
        #expect(error?.isRetryable == true)
    }

    @Test func `the refusal of a foreign cursor is a gap once`() throws {
        var reading = Wire.polling(after: 40, log: "old")
        let refusal = Wire.refusal(
            409, "foreign-cursor",
            extras: [ProblemExtra("log", Wire.log), ProblemExtra("earliest", "21")])
        let gap = try #require(try reading.failed(refusal, part: { $0 }).events.first)
        #expect(gap.json.text == #"{"reason":"foreign","from":"40","to":"21"}"#)
        #expect((gap.cursor.value, gap.log) == (20, Wire.log))
        #expect(reading.asked["last_event_id"] == "20")
        #expect(throws: refusal) { try reading.failed(refusal, part: { $0 }) }
    }

    @Test func `the refusal of a pruned cursor is a gap of the same log`() throws {
        var reading = Wire.polling(after: 4, log: Wire.log)
        let refusal = Wire.refusal(410, "pruned-cursor", extras: [ProblemExtra("earliest", "90")])
        let gap = try #require(try reading.failed(refusal, part: { $0 }).events.first)
        #expect(gap.json.text == #"{"reason":"pruned","from":"4","to":"90"}"#)
        #expect(reading.asked["log"] == Wire.log)
    }
}
