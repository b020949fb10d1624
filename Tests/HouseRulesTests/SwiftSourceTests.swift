import Testing

@Suite("Reading Swift")
struct SwiftSourceTests {
    @Test func `comments, literals, sentences and patterns are not code`() {
        let source = SwiftSource(
            """
            call(1) // two
            /* three /* four */ five */ call(6)
            let seven = "eight \\(nine("ten")) \\" eleven"
            func `twelve thirteen`() {}
            let fourteen = #/fif"teen/#, sixteen = 17 / 18 / 19
            """
        )
        let code = source.codeLines.joined(separator: " ").split(separator: " ")
        #expect(!code.contains { ["two", "three", "four", "five", "eleven", "thirteen"].contains($0) })
        #expect(source.codeLines[0].hasPrefix("call(1)"))
        #expect(source.codeLines[1].hasSuffix("call(6)"))
        #expect(source.codeLines[2].contains("nine("))
        #expect(source.codeLines[4].hasSuffix("sixteen = 17 / 18 / 19"))
        #expect(source.commentLines[1].contains("/* three /* four */ five */"))
    }

    @Test func `literals keep their first line and their whole text`() {
        let source = SwiftSource(
            ##"""
            let one = "a \(b("c")) d"
            let two = #"e " \ f"#
            let three = """
                g " h
                """
            let four = "i"
            """##
        )
        #expect(source.literals.map(\.line) == [1, 1, 2, 3, 6])
        #expect(
            source.literals.map(\.text) == ["c", #"a \(b("c")) d"#, #"e " \ f"#, "\n    g \" h\n    ", "i"])
    }

    @Test(arguments: ["\"", "\"\"\"", "/*", "#\"", "`", "/", "\"\\(", "#/", "\\"])
    func `text that ends too early ends the reading`(text: String) {
        #expect(SwiftSource(text).codeLines.count == 1)
    }
}
