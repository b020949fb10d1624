import HoldfastCore
import Testing

/// Amounts are exact, whatever is summed up.
struct CostAmountTests {
    @Test(
        arguments: [
            ("0", 0, "0"), ("5", 5_000_000, "5"), ("5.00", 5_000_000, "5"), ("0.0125", 12_500, "0.0125"),
            ("0.000001", 1, "0.000001"), ("12.3400000000", 12_340_000, "12.34"), ("007.5", 7_500_000, "7.5"),
            ("1000000000000", 1_000_000_000_000_000_000, "1000000000000"),
            ("999999999999.999999", 999_999_999_999_999_999, "999999999999.999999"),
        ] as [(String, Int64, String)])
    func `a decimal number is read exactly and written in one way`(
        text: String, micros: Int64, written: String
    ) throws {
        let amount = try #require(CostAmount(decimal: text))
        #expect(amount.micros == micros)
        #expect(amount.description == written)
        #expect(CostAmount(decimal: written) == amount)
    }

    @Test(arguments: [
        "", ".", "5.", ".5", "-1", "+1", "1e3", "0x5", "1,5", "1.2.3", " 1", "1 ", "0.0000001",
        "1000000000000.1",
        "1000000000001", "9223372036854.775807", "9223372036854.775808", "9223372036855",
        "9999999999999.999999", "99999999999999999999", "NaN", "٣",
    ])
    func `what is no amount is refused`(text: String) {
        #expect(CostAmount(decimal: text) == nil)
    }

    @Test func `a thousand thousandths are one`() {
        var sum = CostAmount.zero
        for _ in 0..<1000 { sum = sum + 0.001 }
        #expect(sum == 1)
        #expect(CostAmount.maximum + 1 == .maximum)
    }

    @Test func `a floating-point number is rounded to the nearest millionth`() {
        let values: [(Double, Int64?)] = [
            (0.1 + 0.2, 300_000), (0.000_000_4, 0), (0.000_000_6, 1), (-0.1, nil), (.nan, nil),
            (.infinity, nil),
            (1.1e12, nil),
        ]
        for (value, micros) in values { #expect(CostAmount(value)?.micros == micros) }
        #expect(CostAmount(micros: -1) == nil)
    }
}
