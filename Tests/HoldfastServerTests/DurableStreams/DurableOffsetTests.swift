import HoldfastAPI
import HoldfastCore
import Testing

@testable import HoldfastServer

@Suite("Offsets and cursors of durable streams")
struct DurableOffsetTests {
    @Test func `offsets order as texts as their positions do, and each is read back`() throws {
        let values: [Int64] = [0, 1, 9, 10, 99, 100, 123_456_789, Int64.max - 1, Int64.max]
        let texts = values.map { DurableOffset.text(of: EventLogPosition($0)) }
        #expect(texts == texts.sorted())
        #expect(Set(texts.map(\.utf8.count)) == [19])
        for (value, text) in zip(values, texts) {
            #expect(try DurableOffset(text) == .after(EventLogPosition(value)))
        }
        #expect(try DurableOffset("-1") == .beginning)
        #expect(try DurableOffset("now") == .end)
    }

    @Test(arguments: [
        "", "1", "-2", "NOW", "now ", "000000000000000001", "00000000000000000001", "000000000000000000x",
        "-000000000000000001", "9223372036854775808", "../../etc", "0000000000000000001,0000000000000000002",
        "0000000000000000001\n", "٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠١",
    ])
    func `no other text is an offset`(text: String) {
        #expect(throws: DurableOffset.unknown) { try DurableOffset(text) }
    }

    /// 20,000 s after the moment from which the protocol counts.
    private static let now = Timestamp(microseconds: (1_728_432_000 + 20_000) * 1_000_000)

    @Test(arguments: [nil, "", "999", "-1", "x", "1000.5", "9223372036854775807", "99999999999999999999"])
    func `a reader without a newer cursor gets the number of the stretch of 20 seconds`(known: String?) {
        #expect(DurableCursor(at: DurableOffsetTests.now, after: known, random: 7).description == "1000")
    }

    @Test(arguments: [
        (known: "1000", random: UInt64(0), next: "1001"), (known: "1000", random: 19, next: "1001"),
        (known: "1000", random: 20, next: "1002"), (known: "1000", random: 3599, next: "1180"),
        (known: "1000", random: 3600, next: "1001"), (known: "5000", random: .max, next: "5001"),
    ])
    func `a reader who has the number already is sent on by up to an hour`(
        known: String, random: UInt64, next: String
    ) {
        var cursor = DurableCursor(at: DurableOffsetTests.now, after: known, random: random)
        #expect(cursor.description == next)
        cursor.move(to: DurableOffsetTests.now)
        #expect(cursor.description == next)
        cursor.move(to: DurableOffsetTests.now + .seconds(20 * 10_000))
        #expect(cursor.description == "11000")
    }
}
