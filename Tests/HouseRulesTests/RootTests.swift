import Testing

@Suite("The root")
struct RootTests {
    @Test func `the root holds the five folders and files of the user, and what tools demand`() throws {
        let ignored = try #require(Repository.read(".gitignore")).lines
        let strangers = strangers(among: try Repository.namesAtRoot(), ignoredBy: ignored)
        #expect(strangers.isEmpty, "not at the root: \(strangers.joined(separator: ", "))")
    }

    @Test func `another folder is found, and what git ignores is not`() {
        let names = [
            "Package.swift", "Sources", "Scripts", "notes.txt", "demo.db", "demo.db-wal", ".build-fast",
        ]
        let ignored = ["# local files", "", ".build-*/", "*.db", "*.db-*"]
        #expect(strangers(among: names, ignoredBy: ignored) == ["Scripts", "notes.txt"])
    }
}

/// Names what may not stand at the root: neither the user's, nor a tool's, nor ignored by git.
func strangers(among names: [String], ignoredBy patterns: [String]) -> [String] {
    let users: Set = ["Package.swift", "Sources", "Tests", "Migrations", "Docs"]
    let tools: Set = [
        "README.md", "LICENSE", "Makefile", "Package.resolved", ".swift-format", ".gitignore",
        ".gitattributes", ".ci",
        ".github", ".git", ".build", ".swiftpm", ".vscode", ".idea", ".DS_Store",
    ]
    return names.filter { name in
        !users.contains(name) && !tools.contains(name) && !patterns.contains { matches(name, glob: $0) }
    }
}

/// Matches one name against one line of a `.gitignore`: stars and literal text; comments and
/// negations match nothing.
private func matches(_ name: String, glob line: String) -> Bool {
    let pattern = line.split(separator: "/", omittingEmptySubsequences: true)
    guard let glob = pattern.first, pattern.count == 1, !"#!".contains(glob.first ?? "#") else {
        return false
    }
    let pieces = glob.split(separator: "*", omittingEmptySubsequences: false)
    guard let first = pieces.first, let last = pieces.last, pieces.count > 1 else { return name == glob }
    guard name.hasPrefix(first), name.count >= first.count + last.count, name.hasSuffix(last) else {
        return false
    }
    var rest = name.dropFirst(first.count).dropLast(last.count)
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
        guard let found = rest.firstRange(of: piece) else { return false }
        rest = rest[found.upperBound...]
    }
    return true
}
