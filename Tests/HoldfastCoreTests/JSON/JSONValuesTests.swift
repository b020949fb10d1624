import Foundation
import HoldfastCore
import Testing

/// Reading single values.
struct JSONValuesTests {
    @Test(arguments: [
        (#""""#, ""), (#""a""#, "a"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041""#, "A"),
        (#""\u00e9\u00E9""#, "éé"), (#""\u0000x""#, "\u{0}x"), (#""a\u0041b""#, "aAb"), (#""é\n😀""#, "é\n😀"),
        (#""\uFFFF""#, "\u{FFFF}"), (#""\ud83d\ude00""#, "😀"), (#""\uD83D\uDE00!""#, "😀!"),
        (#""\ud800\udc00""#, "\u{10000}"), (#""\udbff\udfff""#, "\u{10FFFF}"), (#""\\u0041""#, #"\u0041"#),
    ])
    func `escapes are resolved`(json: String, expected: String) {
        #expect(JSONValues.string(JSONText(unchecked: json)) == expected)
    }

    @Test(arguments: [
        (#""\ud800""#, "\u{FFFD}"), (#""\udc00""#, "\u{FFFD}"), (#""a\ud800b""#, "a\u{FFFD}b"),
        (#""\ud800\n""#, "\u{FFFD}\n"), (#""\ud800\u0041""#, "\u{FFFD}A"),
        (#""\udc00\ud800""#, "\u{FFFD}\u{FFFD}"),
        (#""\ud800\ud83d\ude00""#, "\u{FFFD}😀"), (#""\ude00\ud83d\ude00""#, "\u{FFFD}😀"),
        (#""\udc00\udc00""#, "\u{FFFD}\u{FFFD}"), (#""\ud83d\\ude00""#, "\u{FFFD}\\ude00"),
    ])
    func `a lone surrogate becomes the replacement character`(json: String, expected: String) {
        #expect(JSONValues.string(JSONText(unchecked: json)) == expected)
    }

    @Test func `every code point survives the way over its escape`() throws {
        for value in stride(from: UInt32(0), through: 0x10FFFF, by: 13) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let escape = String(scalar).utf16.map { unit in
                "\\u" + Hexadecimal.text(of: [UInt8(unit >> 8), UInt8(unit & 0xFF)])
            }
            let read = JSONValues.string(JSONText(unchecked: "\"\(escape.joined())\""))
            try #require(read?.unicodeScalars.elementsEqual([scalar]) == true, "U+\(value)")
        }
    }

    @Test(arguments: ["1", "null", "true", "[]", "{}", "[\"a\"]"])
    func `what is no string has no text`(json: String) {
        #expect(JSONValues.string(JSONText(unchecked: json)) == nil)
    }

    @Test func `the values of an array are its exact slices`() {
        let array = JSONText(unchecked: #"[1.50,"a,]",[2,[3]],{"b":[4]},null,"é"]"#)
        let expected = ["1.50", #""a,]""#, "[2,[3]]", #"{"b":[4]}"#, "null", #""é""#]
        #expect(JSONValues.elements(array)?.map(\.text) == expected)
        #expect(JSONValues.elements(JSONText(unchecked: "[]")) == [])
        #expect(JSONValues.elements(JSONText(unchecked: "[ 1 , 2 ]"))?.map(\.text) == ["1", "2"])
    }

    @Test(arguments: ["1", "null", "{}", "\"[]\"", "[1", "[1,", "[1,]"])
    func `what is no array has no values`(json: String) {
        #expect(JSONValues.elements(JSONText(unchecked: json)) == nil)
    }
}
