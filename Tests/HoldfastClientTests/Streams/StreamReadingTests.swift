import HoldfastAPI
import HoldfastCore
import Testing

@testable import HoldfastClient

/// What a reader decides, without a connection.
@Suite("Stream reading")
struct StreamReadingTests {
    // Where it goes on

    @Test func `it begins where it is told and goes on behind the last block`() throws {
        var reading = Wire.reading(from: .last(5))
        #expect(reading.asked == ["from": "last:5"])
        #expect(try reading.give(Wire.open(3) + Wire.stored(4)).map(\.cursor.value) == [4])
        #expect(reading.asked == ["last_event_id": "4", "log": Wire.log])
    }

    @Test func `it begins behind a cursor of an earlier event`() throws {
        var reading = Wire.reading(from: .after(EventLogPosition(7)), log: "other")
        #expect(reading.asked == ["last_event_id": "7", "log": "other"])
        #expect(try reading.give(Wire.open(7) + Wire.stored(6, 7, 8)).map(\.cursor.value) == [8])
    }

    @Test func `a reader from now that was cut at once goes on from then`() throws {
        var reading = Wire.reading(from: .tail)
        #expect(reading.asked == ["from": "now"])
        #expect(try reading.give(Wire.open(41)).isEmpty)
        #expect(reading.asked == ["last_event_id": "41", "log": Wire.log])
    }

    @Test func `a reader that was cut before its snapshot asks for it again`() throws {
        var reading = Wire.reading(from: .snapshot)
        #expect(try reading.give(Wire.open(0)).isEmpty)
        #expect(reading.asked == [:])
        let snapshot = Wire.block(40, "stream.snapshot", #"{"position":"40"}"#)
        let events = try reading.give(Wire.open(0) + snapshot + Wire.stored(39, 40, 41))
        #expect(events.map(\.kind) == ["stream.snapshot", "log.written"])
        #expect(events.map(\.isStored) == [false, true])
        #expect(reading.asked == ["last_event_id": "41", "log": Wire.log])
    }

    @Test func `a control block moves the cursor and is not shown`() throws {
        var reading = Wire.reading(from: .beginning)
        let position = Wire.block(30, "stream.position", #"{"position":"30"}"#)
        #expect(try reading.give(Wire.open(0) + position).isEmpty)
        #expect(reading.asked["last_event_id"] == "30")
    }

    @Test func `no position comes twice and a repeat does not move the cursor back`() throws {
        var reading = Wire.reading(from: .beginning)
        #expect(try reading.give(Wire.open(0) + Wire.stored(1, 2, 3)).count == 3)
        #expect(try reading.give(Wire.open(3) + Wire.stored(1, 2)).isEmpty)
        #expect(reading.asked["last_event_id"] == "3")
        #expect(try reading.give(Wire.open(3) + Wire.stored(2, 3, 4, 4)).map(\.cursor.value) == [4])
    }

    @Test func `an event has its text its data and its log`() throws {
        var reading = Wire.reading(from: .beginning)
        let event = try #require(try reading.give(Wire.open(0) + Wire.stored(1)).first)
        #expect(event.json.text == Wire.envelope(1))
        #expect(event.data.text == #"{"message":"grüße"}"#)
        #expect(event.log == Wire.log)
        #expect(event.job == JobID("019c2f49-a3b7-7c51-8d2e-6f0a1b2c3d4e"))
    }

    @Test func `a gap is shown and earlier positions count again`() throws {
        var reading = Wire.reading(from: .beginning)
        _ = try reading.give(Wire.open(0) + Wire.stored(8, 9))
        let gap = Wire.block(0, "stream.gap", #"{"reason":"foreign","from":"9","to":"1"}"#)
        let events = try reading.give(Wire.open(0, log: "other") + gap + Wire.stored(1, 2))
        #expect(events.map(\.kind) == ["stream.gap", "log.written", "log.written"])
        #expect(reading.asked == ["last_event_id": "2", "log": "other"])
    }

    @Test func `a reader cut between the opening and the gap is still one of the old log`() throws {
        var reading = Wire.reading(from: .after(EventLogPosition(9)), log: "old")
        #expect(try reading.give(Wire.open(0, log: "other")).isEmpty)
        #expect(reading.asked == ["last_event_id": "9", "log": "old"])
    }

    @Test func `a torn block is not delivered and comes again`() throws {
        var reading = Wire.reading(from: .beginning)
        let torn = Wire.open(0) + Wire.stored(1) + Wire.stored(2).dropLast()
        #expect(try reading.give(String(torn)).map(\.cursor.value) == [1])
        #expect(reading.asked["last_event_id"] == "1")
        #expect(try reading.give(Wire.open(1) + Wire.stored(2)).map(\.cursor.value) == [2])
    }

    // How it ends

    @Test func `it ends with the job and takes nothing behind that`() throws {
        var reading = Wire.reading(from: .beginning)
        let end = Wire.block(1, "stream.end", #"{"job":"j","state":"completed","position":"1"}"#)
        #expect(try reading.give(Wire.open(0) + Wire.stored(1) + end + Wire.stored(2)).count == 1)
        #expect(reading.isOver)
    }

    @Test(arguments: [400, 401, 403, 404, 409, 410, 422])
    func `a refusal is final and keeps the problem`(status: Int) throws {
        var reading = Wire.reading(from: .beginning)
        let refusal = Wire.refusal(status, "unknown-job")
        _ = reading.begin()
        #expect(throws: refusal) { try reading.failed(refusal, part: { $0 }) }
        #expect(refusal.status == status)
        #expect(refusal.problem?.kind == .unknownJob)
    }

    @Test func `a block that makes no sense is final`() throws {
        var reading = Wire.reading(from: .beginning)
        #expect(throws: ClientError.self) { try reading.give("id: x\nevent: job.started\ndata: {}\n\n") }
        var other = Wire.reading(from: .beginning)
        #expect(throws: ClientError.self) { try other.give(Wire.block(1, "stream.open", "[]")) }
    }
}
