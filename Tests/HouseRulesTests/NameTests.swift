import Testing

@Suite("Names")
struct NameTests {
    @Test func `no type, file or folder carries a word that says nothing`() {
        Repository.expectKept(nameRule)
    }

    @Test(arguments: [
        "final class QueueManager {}",
        "enum JSONHelpers {}",
        "package struct EventData: Sendable {}",
        "public protocol BaseStore {}",
        "typealias NewEvent = Int",
        "struct StoreImpl {}",
        "associatedtype Info",
        "actor Handler {}",
    ])
    func `a banned word in a type's name is found`(declaration: String) {
        let file = SourceFile("Sources/HoldfastEngine/Worker.swift", "// class OldManager\n\(declaration)\n")
        #expect(nameRule(file).map(\.line) == [2])
    }

    @Test(arguments: [
        "Sources/HoldfastEngine/Utils.swift",
        "Sources/HoldfastEngine/Common/Worker.swift",
        "Sources/HoldfastEngine/Worker+Helper.swift",
        "Tests/HoldfastEngineTests/TestUtilities/Clock.swift",
    ])
    func `a banned word in a path is found`(path: String) {
        #expect(nameRule(SourceFile(path, "struct Worker {}\n")).map(\.line) == [1])
    }

    @Test(arguments: [
        "struct ImportLedgerHandler {}", "enum Database {}", "struct Newline {}", "class func make() {}",
        "struct BaselineProbe {}", "let info = 1",
    ])
    func `a domain noun passes`(declaration: String) {
        #expect(nameRule(SourceFile("Sources/HoldfastEngine/JobHandler.swift", declaration)).isEmpty)
    }
}

private let bannedWords: Set<String> = [
    "manager", "helper", "util", "utility", "utilitie", "common", "base", "data", "info", "impl", "new",
    "old", "misc",
]

/// Finds banned words in the names of types, files and folders; `Handler` needs a noun before it.
@Sendable func nameRule(_ file: SourceFile) -> [Finding] {
    guard let swift = file.swift, !Exemption.lifts(.bannedWord, for: file.path) else { return [] }
    let declaration = #/\b(?:struct|class|enum|actor|protocol|typealias|associatedtype)\s+(\w+)/#.simpleWords
    let keywords: Set<Substring> = ["func", "var", "let", "subscript", "override", "final"]
    let parts = file.path.dropLast(".swift".count).split { "/+".contains($0) }
    var findings = parts.compactMap(fault(in:)).map { Finding(path: file.path, line: 1, message: $0) }
    for (number, line) in swift.codeLines.enumerated() {
        for match in line.matches(of: declaration) where !keywords.contains(match.1) {
            guard let message = fault(in: match.1) else { continue }
            findings.append(Finding(path: file.path, line: number + 1, message: message))
        }
    }
    return findings
}

/// Says what is wrong with a name; nil when it is a good one.
private func fault(in name: Substring) -> String? {
    let words = name.matches(of: #/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/#).map { $0.output.lowercased() }
    if words == ["handler"] || words == ["handlers"] { return "`\(name)` does not say what it handles" }
    let banned = words.first {
        bannedWords.contains($0) || bannedWords.contains(String($0.dropLast())) && $0.hasSuffix("s")
    }
    return banned.map { "`\(name)`: \"\($0)\" says nothing; name the thing with a word of the domain" }
}
