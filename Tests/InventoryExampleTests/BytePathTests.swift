import Foundation
import Testing

@testable import InventoryExample

@Suite struct BytePathTests {
    @Test(arguments: [
        Array("plain".utf8), Array("a/ü\n\"".utf8), [0xff], [0xed, 0xa0, 0x80], [0xc0, 0xaf],
        Array("e\u{301}".utf8),
    ])
    func `any bytes survive encoding`(bytes: [UInt8]) throws {
        let encoded = try JSONEncoder().encode([BytePath(bytes)])
        #expect(try JSONDecoder().decode([BytePath].self, from: encoded).first?.bytes == bytes)
    }

    @Test func `text stays readable when encoded`() throws {
        #expect(String(decoding: try JSONEncoder().encode(BytePath("usr")), as: UTF8.self) == #""usr""#)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        #expect(
            String(decoding: try encoder.encode(BytePath([0xff])), as: UTF8.self) == #"{"base64":"/w=="}"#)
    }

    @Test(arguments: [#"{"base64":"*"}"#, "{}", "7", "null", "[]"])
    func `other shapes are refused`(json: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([BytePath].self, from: Data("[\(json)]".utf8))
        }
    }

    @Test func `a name cannot steer the terminal or break the line`() {
        #expect(BytePath("a\u{1b}[31m\nb\u{7f}\u{2028}").description == "a\\u{1B}[31m\\nb\\u{7F}\\u{2028}")
        #expect(BytePath("日本 🧭").description == "日本 🧭")
        #expect(BytePath([0x61, 0xff]).description == "a\u{fffd}")
    }
}
