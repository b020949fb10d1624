import Foundation
import HoldfastCore
import Testing

/// Writing compact JSON.
struct JSONWriterTests {
    @Test func `commas stand between fields and values and nowhere else`() {
        let json = JSONWriter.object { writer in
            writer.field("a", 1)
            writer.key("b")
            writer.array { list in
                list.string("x")
                list.number(Int64(2))
                list.array { _ in }
                list.object { _ in }
                list.object { $0.field("c", true) }
                list.raw(.null)
            }
            writer.field("d", JSONText(unchecked: "[3]"))
            writer.key("e")
            writer.object { _ in }
            writer.field("f", false)
        }
        #expect(json.text == #"{"a":1,"b":["x",2,[],{},{"c":true},null],"d":[3],"e":{},"f":false}"#)
    }

    @Test func `each type of field has its form`() {
        let json = JSONWriter.object { writer in
            writer.field("text", "a")
            writer.field("optional", optional: nil)
            writer.field("given", optional: "b")
            writer.field("name", JobKind("ledger.import"))
            writer.field("number", Int64.min)
            writer.field("half", 0.5)
            writer.field("time", JobHistory.start)
            writer.field("list", ["a", "\""])
            writer.field("empty", [String]())
        }
        #expect(
            json.text
                == #"{"text":"a","given":"b","name":"ledger.import","number":-9223372036854775808,"half":0.5,"#
                + #""time":"2026-10-08T12:00:00.000000Z","list":["a","\""],"empty":[]}"#)
    }

    @Test func `what must be escaped is, and nothing more`() {
        #expect(JSONText.string("\"\\\n\r\t").text == #""\"\\\n\r\t""#)
        #expect(JSONText.string("\u{0}\u{8}\u{B}\u{1F}").text == #""\u0000\u0008\u000b\u001f""#)
        #expect(JSONText.string("/é😀\u{7F}\u{2028}<").text == "\"/é😀\u{7F}\u{2028}<\"")
        let object = JSONWriter.object {
            $0.key(text: "a\"b")
            $0.number(1 as Int64)
        }
        #expect(object.text == #"{"a\"b":1}"#)
    }

    @Test(arguments: [
        0, -0.0, 0.1, 1, -2.5, 1e16, 1e-7, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
        -.greatestFiniteMagnitude, .pi,
    ])
    func `a number is written so that it is read as the same one`(number: Double) throws {
        var writer = JSONWriter()
        writer.number(number)
        let json = try JSONText(validating: writer.finish().text)
        #expect(Double(json.text)?.bitPattern == number.bitPattern)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `what JSON cannot hold becomes null`(number: Double) {
        #expect(JSONWriter.object { $0.field("a", number) }.text == #"{"a":null}"#)
    }

    @Test func `random values are read by Foundation as what was written`() {
        Property.holds(from: 63_000_000) { seed in
            var generator = SplitMix64(seed: seed)
            var writer = JSONWriter(capacity: 0)
            let expected = JSONWriterTests.write(into: &writer, with: &generator, depth: 4)
            let text = writer.finish().text
            let read = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            try demand([read] as NSArray == [expected] as NSArray, "\(text) was read as \(read)")
            try demand(try JSONText(validating: text).text == text, "\(text) is not compact")
        }
    }

    /// Writes a random value and gives it as Foundation knows it.
    private static func write(
        into writer: inout JSONWriter, with generator: inout SplitMix64, depth: Int
    ) -> Any {
        switch generator.number(0...(depth == 0 ? 4 : 8)) {
        case 0:
            writer.raw(.null)
            return NSNull()
        case 1:
            let value = generator.chance(50)
            writer.bool(value)
            return value
        case 2:
            let value = Int64(bitPattern: generator.next()) >> generator.number(0...63)
            writer.number(value)
            return value
        case 3:
            let value = Double(generator.number(-1_000_000...1_000_000)) / 64
            writer.number(value)
            return value
        case 4:
            let value = text(&generator)
            writer.string(value)
            return value
        case 5, 6:
            var values: [Any] = []
            let count = generator.number(0...4)
            writer.array { list in
                for _ in 0..<count { values.append(write(into: &list, with: &generator, depth: depth - 1)) }
            }
            return values
        default:
            var values: [String: Any] = [:]
            let count = generator.number(0...4)
            writer.object { object in
                for index in 0..<count {
                    let key = text(&generator) + String(index)
                    object.key(text: key)
                    values[key] = write(into: &object, with: &generator, depth: depth - 1)
                }
            }
            return values
        }
    }

    private static func text(_ generator: inout SplitMix64) -> String {
        var text = ""
        for _ in 0..<generator.number(0...8) {
            let scalar = Unicode.Scalar(UInt32(generator.number(0...0x17F)))
            text += generator.pick("a", "\"", "\\", "/", "\n", "😀", "日", scalar.map { String($0) } ?? "b")
        }
        return text
    }
}
