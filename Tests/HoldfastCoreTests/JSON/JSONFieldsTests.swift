import HoldfastCore
import Testing

/// Reading an object's fields as exact slices.
struct JSONFieldsTests {
    private func fields(_ text: String) throws -> JSONFields { try JSONFields(JSONText(unchecked: text)) }

    @Test func `values are handed out as their exact slices`() throws {
        let object = try fields(#"{"a":1.50,"b":"x\u0041","c":[1,{"d":"}"}],"e":{"f":[]},"g":true,"h":-0}"#)
        #expect(object.keys == ["a", "b", "c", "e", "g", "h"])
        #expect(object.raw("a")?.text == "1.50")
        #expect(object.raw("b")?.text == #""x\u0041""#)
        #expect(object.raw("c")?.text == #"[1,{"d":"}"}]"#)
        #expect(object.raw("e")?.text == #"{"f":[]}"#)
        #expect(object.raw("g")?.text == "true")
        #expect(object.raw("h")?.text == "-0")
        #expect(object.raw("d") == nil)
    }

    @Test func `slices are exact behind text of several bytes`() throws {
        let object = try fields(#"{"é":"日本語😀","b":"ü","c":7}"#)
        #expect(object.raw("é")?.text == #""日本語😀""#)
        #expect(object.raw("b")?.text == #""ü""#)
        #expect(try object.integer("c") == 7)
    }

    @Test func `white space is stepped over`() throws {
        let object = try fields(" { \"a\" : 1 , \"b\" : [ 2 ] } ")
        #expect(object.raw("a")?.text == "1")
        #expect(object.raw("b")?.text == "[ 2 ]")
    }

    @Test func `absent and null fields are nil`() throws {
        let object = try fields(#"{"a":null}"#)
        #expect(object.raw("a") == nil)
        #expect(try object.string("a") == nil)
        #expect(try object.integer("b") == nil)
        #expect(try object.double("a") == nil)
        #expect(try object.bool("a") == nil)
        #expect(try object.timestamp("a") == nil)
        #expect(try object.name("a", as: JobKind.self) == nil)
        #expect(try object.strings("a") == nil)
        #expect(try object.object("a") == nil)
        #expect(try fields("{}").keys.isEmpty)
    }

    @Test func `of a key that stands twice the last one counts`() throws {
        #expect(try fields(#"{"a":1,"b":2,"a":3}"#).integer("a") == 3)
        #expect(try fields(#"{"a":1,"a":null}"#).integer("a") == nil)
    }

    @Test func `keys are compared after their escapes are resolved`() throws {
        #expect(try fields(#"{"\u0061\n\"":1}"#).integer("a\n\"") == 1)
    }

    @Test func `keys are equal when their code points are`() throws {
        let object = try fields("{\"caf\u{E9}\":1,\"cafe\u{301}\":2}")
        #expect(try object.integer("caf\u{E9}") == 1)
        #expect(try object.integer("cafe\u{301}") == 2)
    }

    @Test(arguments: ["[]", "1", "null", "\"{}\"", "", "{", #"{"a"}"#, #"{"a":1"#, #"{"a":1,}"#, #"{a:1}"#])
    func `what is no object is refused`(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONFields(JSONText(unchecked: text)) }
    }

    @Test func `fields of the right type are read`() throws {
        let object = try fields(
            #"{"s":"a\n","i":-7,"d":2.5,"e":1e3,"b":false,"t":"2026-10-08T14:03:00+02:00","n":"ledger.import","#
                + #""l":["a","\u0062"],"m":[],"o":{"p":1},"max":9223372036854775807,"min":-9223372036854775808}"#
        )
        #expect(try object.string("s") == "a\n")
        #expect(try object.integer("i") == -7)
        #expect(try object.integer("max") == .max)
        #expect(try object.integer("min") == .min)
        #expect(try object.double("d") == 2.5)
        #expect(try object.double("e") == 1000)
        #expect(try object.double("i") == -7)
        #expect(try object.bool("b") == false)
        #expect(try object.timestamp("t")?.rfc3339 == "2026-10-08T12:03:00.000000Z")
        #expect(try object.name("n", as: JobKind.self) == "ledger.import")
        #expect(try object.strings("l") == ["a", "b"])
        #expect(try object.strings("m") == [])
        #expect(try object.object("o")?.integer("p") == 1)
        #expect(try object.required("s", object.string("s")) == "a\n")
    }

    @Test func `fields of another type are refused by name`() throws {
        let object = try fields(
            #"{"s":"7","i":7,"f":7.5,"e":1e3,"big":9223372036854775808,"huge":1e999,"b":true,"l":["a",1],"o":{}}"#
        )
        for key in ["i", "f", "b", "l", "o"] { refuses(key) { _ = try object.string(key) } }
        for key in ["s", "f", "e", "big", "b", "l", "o"] { refuses(key) { _ = try object.integer(key) } }
        for key in ["s", "huge", "b", "l", "o"] { refuses(key) { _ = try object.double(key) } }
        for key in ["s", "i", "l", "o"] { refuses(key) { _ = try object.bool(key) } }
        for key in ["s", "i", "l", "o"] { refuses(key) { _ = try object.timestamp(key) } }
        for key in ["i", "b", "l", "o"] { refuses(key) { _ = try object.name(key, as: JobKind.self) } }
        for key in ["s", "i", "l", "o"] { refuses(key) { _ = try object.strings(key) } }
        for key in ["s", "i", "l", "b"] { refuses(key) { _ = try object.object(key) } }
        refuses("x") { _ = try object.required("x", object.string("x")) }
    }

    @Test func `a text that is no name is refused`() throws {
        let object = try fields(#"{"empty":"","line":"a\nb"}"#)
        for key in ["empty", "line"] { refuses(key) { _ = try object.name(key, as: JobKind.self) } }
    }

    @Test func `an error is one sentence`() {
        #expect(
            JSONFieldError(field: "queue", expected: "a text").description == #""queue" should be a text"#)
    }

    private func refuses(
        _ key: String, sourceLocation: SourceLocation = #_sourceLocation, _ read: () throws -> Void
    ) {
        let error = #expect(
            throws: JSONFieldError.self, "\(key)", sourceLocation: sourceLocation, performing: read)
        #expect(error?.field == key, sourceLocation: sourceLocation)
    }
}
