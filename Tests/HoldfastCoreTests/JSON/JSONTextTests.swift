import HoldfastCore
import Testing

/// The grammar of RFC 8259, compaction, and bytes that are kept.
struct JSONTextTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "7", "-7", "10", "1234567890123456789012345678901234567890",
        "0.5", "-0.0",
        "1e5", "1E5", "1e+5", "1e-5", "1.25e10", "0e0", "1e999", "\"\"", "\"a\"", #""\"\\\/\b\f\n\r\t""#,
        #""\u0041\u00e9\u00E9""#, #""\ud83d\ude00""#, #""\ud800""#, #""\udc00\ud800""#,
        "\"é😀\u{2028}\u{7F}\"",
        "[]", "{}", "[1,2,3]", "[[],{},[[]]]", #"{"a":1}"#, #"{"a":{"b":[null]},"c":"d"}"#, #"{"":0}"#,
        #"{"a":1,"a":2}"#, #"["]","}",",",":"]"#, #"{"\u0061":1}"#,
    ])
    func `valid and compact text is kept as it is`(text: String) throws {
        let json = try JSONText(validating: text)
        #expect(Array(json.text.utf8) == Array(text.utf8))
        #expect(json.byteCount == text.utf8.count)
    }

    @Test(arguments: [
        "", " ", "\n", "nul", "nulL", "NULL", "True", "truefalse", "undefined", "NaN", "Infinity",
        "-Infinity",
        "-", "+1", "01", "-01", "00", ".5", "1.", "1.e5", "-.5", "1e", "1e+", "1e1.5", "0x10", "1_000", "1 2",
        "٣",
        "\"", "\"a", "a\"", "'a'", #""\"#, #""\""#, #""\x41""#, #""\u""#, #""\u00""#, #""\u004""#,
        #""\u004g""#,
        #""\U0041""#, #""\a""#, #""\'""#, "\"a\nb\"", "\"a\tb\"", "\"\u{0}\"", "\"\u{1F}\"",
        "[", "]", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1 2]", "[1}", "[1]]", "[1],", "[\"a]", "[[]",
        "{", "}", "{a:1}", "{'a':1}", "{1:2}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a":1"#, #"{"a" 1}"#,
        #"{,}"#,
        #"{"a":1 "b":2}"#, #"{"a":1,,"b":2}"#, #"{"a":1]"#, #"{"a"::1}"#, #"{:1}"#, #"{"a":1}}"#,
        #"{"a":1}{"#,
        "// a\n1", "/* a */1", "1 // a", "\u{FEFF}1", "1\u{A0}", "\u{2028}1", "1\u{0B}", "1\u{0C}", "1\u{0}",
        ",", ":",
    ])
    func `text that is not JSON is refused`(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONText(validating: text) }
    }

    @Test(arguments: [
        ("", 0), ("x", 0), ("[1,x]", 3), ("[1 2]", 3), ("tru", 3), ("trux", 3), ("1x", 1), (#"{"a" 1}"#, 5),
        (#"{"a":1,}"#, 7), ("\"a\nb\"", 2), (#""\x""#, 2), (#""\u00g0""#, 5), ("[1", 2), ("1.x", 2),
        ("1ex", 2),
        ("\"é\n\"", 3), ("  x", 2),
    ])
    func `an error names the first byte that does not fit`(text: String, offset: Int) {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONText(validating: text) }
        #expect(error?.offset == offset, "\(String(describing: error))")
    }

    @Test func `an error is one sentence`() {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONText(validating: "[1,]") }
        #expect(error?.description == "not JSON at byte 3: expected a value")
    }

    @Test(arguments: [
        (" 1 ", "1"), ("\r\n\t [ 1 ,\t2 ]\n", "[1,2]"), ("{ }", "{}"), ("[ ]", "[]"),
        ("{ \"a b\" : \" c\\\" d \" }", #"{"a b":" c\" d "}"#), ("[ \"\\\\\" , 1 ]", #"["\\",1]"#),
        ("{\n  \"a\": [\n    true\n  ]\n}", #"{"a":[true]}"#), ("[1, \"é 😀\", 2]", #"[1,"é 😀",2]"#),
        ("[1.50, 1E+2, \"\\u0041\"]", #"[1.50,1E+2,"\u0041"]"#),
    ])
    func `white space between tokens is removed and nothing else`(text: String, compact: String) throws {
        let json = try JSONText(validating: text)
        #expect(Array(json.text.utf8) == Array(compact.utf8))
        #expect(try JSONText(validating: json.text) == json)
    }

    @Test func `texts are equal when their bytes are`() {
        let composed = JSONText.string("caf\u{E9}")
        let decomposed = JSONText.string("cafe\u{301}")
        #expect(composed == .string("caf\u{E9}"))
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
    }

    @Test func `accepted text is on one line`() throws {
        let json = try JSONText(validating: "{\r\n\"a\":\n\"\\n\"\r}\n")
        #expect(!json.text.utf8.contains { $0 == 0x0A || $0 == 0x0D })
    }

    @Test(arguments: [(512, "1"), (511, "[]"), (511, "{}"), (511, #"{"a":1}"#)])
    func `nesting is accepted to a depth of 512`(depth: Int, inner: String) {
        for text in [arrays(depth, around: inner), objects(depth, around: inner)] {
            let json = try? JSONText(validating: text)
            #expect(json?.byteCount == text.utf8.count)
        }
    }

    @Test(arguments: [(513, "1"), (512, "[]"), (512, "{}"), (512, #"{"a":1}"#), (100_000, "1")])
    func `deeper nesting is refused`(depth: Int, inner: String) {
        for text in [arrays(depth, around: inner), objects(depth, around: inner)] {
            let json = try? JSONText(validating: text)
            #expect(json?.byteCount == nil, "\(text.prefix(6))")
        }
    }

    private func arrays(_ depth: Int, around value: String) -> String {
        String(repeating: "[", count: depth) + value + String(repeating: "]", count: depth)
    }

    private func objects(_ depth: Int, around value: String) -> String {
        String(repeating: #"{"a":"#, count: depth) + value + String(repeating: "}", count: depth)
    }

    @Test func `a wide text is not deep`() throws {
        let wide = "[" + Array(repeating: "[1]", count: 2_000).joined(separator: ",") + "]"
        #expect(try JSONText(validating: wide).text == wide)
    }

    @Test func `any text becomes a JSON string`() throws {
        for text in ["", "a", "\"", "\\", "\n\r\t\u{0}\u{1F}", "é😀\u{2028}\u{FFFD}"] {
            let json = JSONText.string(text)
            #expect(try JSONText(validating: json.text) == json)
            #expect(JSONValues.string(json) == text)
        }
        #expect(JSONText.null.text == "null")
        #expect(JSONText.emptyObject.text == "{}")
        #expect(Payload.null == .inline(.null))
    }
}
