import Foundation
import Testing

/// The working copy these tests were compiled from.
enum Repository {
    /// The folder of `Package.swift`, three steps above this file.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// All text files below the folders the rules look at, and those at the root, sorted by path.
    static let files: [SourceFile] = {
        let kinds = ["swift", "sql", "md", "h", "c", "modulemap", "json", "jsonl", "js", "py", "html", "css"]
        let inside = ["Sources", "Tests", "Migrations", "Docs"].flatMap(paths(below:))
            .filter { path in kinds.contains { path.hasSuffix("." + $0) } }
        return (inside + ["Package.swift", "README.md", "Makefile"]).sorted().compactMap(read)
    }()

    /// The paths of the files below a folder, from the root, without hidden ones; empty when there
    /// is no such folder.
    static func paths(below folder: String) -> [String] {
        let found = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
        return (found?.compactMap { $0 as? String } ?? [])
            .filter { path in !path.split(separator: "/").contains { $0.hasPrefix(".") } }
            .map { folder + "/" + $0 }
    }

    /// The names of what stands at the root.
    static func namesAtRoot() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
    }

    /// Reads one file as UTF-8; nil when it is not there or not text.
    static func read(_ path: String) -> SourceFile? {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)).map { SourceFile(path, $0) }
    }

    /// Records one issue for each place in the repository that breaks the rule, located at that
    /// place.
    static func expectKept(_ rule: HouseRule) {
        #expect(files.count > 10, "the rules must see the repository, not an empty folder")
        for finding in files.flatMap({ rule($0) }) {
            let location = SourceLocation(
                fileID: "Holdfast/" + finding.path,
                filePath: root.appending(path: finding.path).path,
                line: finding.line,
                column: 1
            )
            Issue.record(Comment(rawValue: finding.description), sourceLocation: location)
        }
    }
}
