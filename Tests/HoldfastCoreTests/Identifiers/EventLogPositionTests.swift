import HoldfastCore
import Testing

/// Positions: decimal digits and nothing else.
struct EventLogPositionTests {
    @Test(
        arguments: [("0", 0), ("1", 1), ("42", 42), ("9223372036854775807", Int64.max)] as [(String, Int64)])
    func `decimal digits are a position`(text: String, value: Int64) {
        let position = EventLogPosition(text: text)
        #expect(position?.value == value)
        #expect(position?.description == text)
    }

    @Test(arguments: [
        "", "-1", "+1", "01", "00", " 1", "1 ", "1\n", "1.0", "1e3", "0x10", "1_000", "٣", "１", "abc",
        "9223372036854775808", "99999999999999999999",
    ])
    func `anything else is none`(text: String) {
        #expect(EventLogPosition(text: text) == nil)
    }

    @Test func `positions follow one another`() {
        #expect(EventLogPosition.beginning.value == 0)
        #expect(EventLogPosition.beginning.next == EventLogPosition(1))
        #expect(EventLogPosition(9) < EventLogPosition(10))
        #expect(LeaseToken(EventLogPosition(9)) < LeaseToken(EventLogPosition(10)))
        #expect(LeaseToken(EventLogPosition(10)).description == "10")
    }
}
