import Foundation
import Testing

/// The page *Testing* shows code that is compiled and run.
struct TestingPageTests {
    private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func `each example of the page is part of the tests`() throws {
        let page = try text("Docs/Holdfast.docc/Testing.md")
        let tests = try lines(text("Tests/HoldfastTestingTests/HandlerTests.swift"))
        let examples = page.components(separatedBy: "```swift\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(examples.count >= 5)
        for example in examples {
            let lines = lines(example)
            let isFound = tests.indices.contains { tests[$0...].starts(with: lines) }
            #expect(isFound, "\(example)")
        }
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The lines without their indentation and without `private`, which only the tests need.
    private func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { line in
            let line = line.trimmingCharacters(in: .whitespaces)
            return line.hasPrefix("private ") ? String(line.dropFirst(8)) : line
        }
    }
}
