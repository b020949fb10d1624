import HoldfastClient
import Testing

@Suite("Event stream parser")
struct EventStreamParserTests {
    @Test func `all fixtures that the clients share are read`() {
        #expect(StreamFixture.all.count == StreamFixture.fileCount)
        #expect(StreamFixture.all.count >= 32)
    }

    @Test(arguments: StreamFixture.all)
    func `a fixture is read as a whole and byte by byte`(fixture: StreamFixture) {
        let bytes = fixture.bytes
        #expect(StreamReport(of: [bytes[...]]) == fixture.expected)
        #expect(StreamReport(of: bytes.indices.map { bytes[$0...$0] }) == fixture.expected)
    }

    @Test(arguments: StreamFixture.all)
    func `a fixture is read alike wherever it is cut in two`(fixture: StreamFixture) {
        let (bytes, expected) = (fixture.bytes, fixture.expected)
        let wrong = (0...bytes.count).first { place in
            StreamReport(of: [bytes[..<place], bytes[place...]]) != expected
        }
        #expect(wrong == nil)
    }

    @Test func `a block is given at its blank line and not later`() {
        var parser = EventStreamParser()
        #expect(parser.push(Array("id: 7\nevent: a\ndata: x\n".utf8)).isEmpty)
        #expect(parser.push(Array("\n".utf8)) == [StreamBlock(id: "7", event: "a", data: "x")])
    }

    @Test func `a carriage return ends a line at once and its line feed adds none`() {
        var parser = EventStreamParser()
        #expect(parser.push(Array("data: x\r\r".utf8)) == [StreamBlock(id: "", event: "message", data: "x")])
        #expect(parser.push(Array("\ndata: y\r".utf8)).isEmpty)
        #expect(parser.push([]).isEmpty)
        #expect(
            parser.push(Array("\n\r\n".utf8)) == [StreamBlock(id: "", event: "message", data: "y")])
    }

    @Test func `an absurd retry is ignored`() {
        let text = "retry: 5\nretry: " + String(repeating: "9", count: 5000) + "\n"
        #expect(StreamReport(of: [Array(text.utf8)[...]]).retry == 5)
    }
}
