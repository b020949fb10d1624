import HoldfastCore
import Testing

/// Lower-case hexadecimal text.
struct HexadecimalTests {
    @Test func `every byte survives the way over the text`() {
        let bytes = (0...255).map { UInt8($0) }
        let text = Hexadecimal.text(of: bytes)
        #expect(text.hasPrefix("000102030405060708090a0b0c0d0e0f10"))
        #expect(text.hasSuffix("f9fafbfcfdfeff"))
        #expect(text.utf8.count == 512)
        #expect(Hexadecimal.bytes(of: text) == bytes)
    }

    @Test func `no bytes are an empty text`() {
        #expect(Hexadecimal.text(of: []) == "")
        #expect(Hexadecimal.bytes(of: "") == [])
    }

    @Test(arguments: ["0", "abc", "AB", "0g", "g0", " 00", "0x00", "00\n", "é", "٣٣"])
    func `any other text has no bytes`(text: String) {
        #expect(Hexadecimal.bytes(of: text) == nil)
    }

    @Test func `digits and values are the same thing`() {
        for value in UInt8(0)...15 {
            #expect(Hexadecimal.value(ofLowerCase: Hexadecimal.digit(value)) == value)
        }
        let digits = Set((UInt8(0)...255).filter { Hexadecimal.value(ofLowerCase: $0) != nil })
        #expect(digits == Set("0123456789abcdef".utf8))
    }
}
