import Testing

@Suite("Code in the documentation")
struct DocumentedCodeTests {
    @Test(arguments: ["Waiting", "Steering", "Views", "SwiftClient"])
    func `what a page shows in Swift is part of an example that a test runs`(page: String) throws {
        let file = try #require(Repository.read("Docs/Holdfast.docc/\(page).md"))
        let examples = Repository.files.filter { $0.lies(in: ["Docs/Examples/"]) }
        let blocks = swiftBlocks(of: file)
        #expect(!blocks.isEmpty)
        for block in blocks {
            let isShown = examples.contains { example in
                let lines = Set(example.lines.map(trimmed))
                return block.lines.allSatisfy { lines.contains(trimmed($0)) }
            }
            #expect(isShown, "\(page).md:\(block.start): no file under Docs/Examples has these lines")
        }
    }

    @Test func `a block is found with its first line`() {
        let blocks = swiftBlocks(
            of: SourceFile("Docs/a.md", "text\n```swift\nlet a = 1\n\nb()\n```\n```sh\nls\n```\n"))
        #expect(blocks.map(\.start) == [3])
        #expect(blocks.map(\.lines) == [["let a = 1", "", "b()"]])
    }
}

/// The pieces of Swift in a page, each with the number of its first line.
private func swiftBlocks(of file: SourceFile) -> [(start: Int, lines: [String])] {
    var blocks: [(start: Int, lines: [String])] = []
    var isInside = false
    for (index, line) in file.lines.enumerated() {
        if line == "```swift" {
            isInside = true
            blocks.append((index + 2, []))
        } else if line == "```" {
            isInside = false
        } else if isInside {
            blocks[blocks.count - 1].lines.append(line)
        }
    }
    return blocks
}

private func trimmed(_ line: String) -> String { String(line.drop { $0 == " " }) }
