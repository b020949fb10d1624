import Foundation
import Testing

@testable import InventoryExample

@Suite struct InventoryTests {
    @Test(.enabled(if: SystemTools.hasSHA256Sum, "sha256sum is not installed"))
    func `the manifest equals find and sha256sum`() async throws {
        let tree = try TemporaryTree()
        try tree.fill()
        try tree.file("new\nline", "1")
        try tree.file("quote\"back\\slash", "2")
        try tree.file("-dash", "3")
        try tree.file(bytes: Array("not-".utf8) + [0xff] + Array("/utf8".utf8) + [0xfe], [4])
        let end = try #require(try tree.inventory().run(limit: 10).last)
        let lines = try ManifestLine.read(tree.output)
        let hashes = Dictionary(lines.map { ($0.bytePath, $0.sha256) }) { _, _ in "listed twice" }
        #expect(hashes == (try await SystemTools.hashes(tree.root)))
        #expect(lines.count == 94)
        #expect(end.files == 94 && end.visited == 94 && end.errors == 0)
        #expect(end.bytes == lines.reduce(0) { $0 + $1.size })
        #expect(end.manifestBytes == Int64(try contents(tree.output).count))
    }

    @Test(arguments: ["/", "//"])
    func `a slash at the end of the root is printed as find prints it`(slashes: String) async throws {
        let tree = try TemporaryTree()
        try tree.file("a/b")
        let inventory = try Inventory(root: tree.root + slashes, output: tree.output)
        _ = try inventory.run()
        let found = try await SystemTools.find(tree.root + slashes)
        #expect(try ManifestLine.read(tree.output).map(\.bytePath) == found)
    }

    @Test func `a chunk holds as many files as asked for`() throws {
        let tree = try TemporaryTree()
        try tree.fill()
        let cursors = try tree.inventory().run(limit: 40)
        #expect(cursors.map(\.files) == [0, 40, 80, 90])
        #expect(cursors.map(\.isComplete) == [false, false, false, true])
        let exact = try tree.inventory().run(limit: 45)
        #expect(exact.map(\.files) == [0, 45, 90, 90])
    }

    @Test func `an empty tree gives an empty manifest`() throws {
        let tree = try TemporaryTree()
        let inventory = try tree.inventory()
        let end = try #require(try inventory.run().last)
        #expect(end.directories == 1)
        #expect(try contents(tree.output).isEmpty)
        let summary = try inventory.summary(of: end, checkCancellation: {})
        #expect(summary.manifestSHA256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func `a complete cursor leads nowhere`() throws {
        let tree = try TemporaryTree()
        let inventory = try tree.inventory()
        let end = try #require(try inventory.run().last)
        try tree.file("late")
        let again = try inventory.nextChunk(after: end, checkCancellation: {}, notice: { _ in })
        #expect(again == end)
    }

    @Test func `the output and what it replaces are not in the manifest`() throws {
        let tree = try TemporaryTree()
        try tree.file("a")
        try tree.file("b/manifest.jsonl", #"{"path":"from an earlier run"}"#)
        try tree.file("c/manifest.jsonl", "a stranger of the same name")
        try tree.directory("d")
        let output = tree.root + "/d/.././b/manifest.jsonl"
        _ = try tree.inventory(output: output).run(limit: 1)
        let paths = try ManifestLine.read(output).compactMap(\.path)
        #expect(paths == [tree.root + "/a", tree.root + "/c/manifest.jsonl"])
    }

    @Test func `a file that vanishes after it was listed is a warning`() throws {
        let tree = try TemporaryTree()
        for name in ["a", "b", "c"] { try tree.file(name, name) }
        var warnings: [String] = []
        let cursors = try tree.inventory().run { notice in
            switch notice {
            case .entered: tree.remove("b")
            case .skipped(let warning): warnings.append(warning.description)
            case .hashed: break
            }
        }
        #expect(warnings == ["cannot open \(tree.root)/b: No such file or directory"])
        #expect(
            try ManifestLine.read(tree.output).compactMap(\.path) == [tree.root + "/a", tree.root + "/c"])
        #expect(cursors.last?.files == 2 && cursors.last?.errors == 1 && cursors.last?.visited == 3)
    }

    @Test func `notices come in the order of the walk`() throws {
        let tree = try TemporaryTree()
        for name in ["a", "b/c", "d"] { try tree.file(name) }
        var notices: [String] = []
        _ = try tree.inventory().run(limit: 1) { notice in
            switch notice {
            case .entered(let directory):
                notices.append("in \(directory.path.description.dropFirst(tree.root.count))")
            case .hashed(let entry): notices.append("\(entry.path.description.dropFirst(tree.root.count))")
            case .skipped(let warning): notices.append("\(warning)")
            }
        }
        #expect(notices == ["in ", "/a", "in /b", "/b/c", "/d"])
    }

    @Test func `the summary says what was done`() throws {
        let tree = try TemporaryTree()
        for name in ["a", "b/c"] { try tree.file(name, name) }
        let inventory = try tree.inventory()
        let cursors = try inventory.run(limit: 1)
        #expect(throws: InventoryError.incomplete) {
            try inventory.summary(of: cursors[1], checkCancellation: {})
        }
        let summary = try inventory.summary(of: try #require(cursors.last), checkCancellation: {})
        #expect(
            summary.files == 2 && summary.bytes == 4 && summary.unreadable == 0 && summary.directories == 2)
        #expect(summary.manifest == tree.output)
        var hasher = FileHasher()
        guard case .hashed(let entry) = try hasher.hash(try TreeFile(at: tree.output), checkCancellation: {})
        else {
            Issue.record("The manifest could not be read.")
            return
        }
        #expect(summary.manifestSHA256 == entry.hexadecimal)
    }

    @Test func `a manifest that somebody changed has no summary`() throws {
        let tree = try TemporaryTree()
        try tree.file("a")
        let inventory = try tree.inventory()
        let end = try #require(try inventory.run().last)
        let size = end.manifestBytes
        #expect(truncate(tree.output, off_t(size) + 1) == 0)
        #expect(throws: InventoryError.manifestChanged(tree.output, recorded: size, found: size + 1)) {
            try inventory.summary(of: end, checkCancellation: {})
        }
        #expect(unlink(tree.output) == 0)
        #expect(throws: InventoryError.manifestChanged(tree.output, recorded: size, found: 0)) {
            try inventory.summary(of: end, checkCancellation: {})
        }
    }

    @Test func `bad input is refused before anything is written`() throws {
        let tree = try TemporaryTree()
        #expect(throws: InventoryError.invalidPath("")) { try Inventory(root: "", output: tree.output) }
        #expect(throws: InventoryError.invalidPath("a\0b")) { try Inventory(root: tree.root, output: "a\0b") }
        let missing = try Inventory(root: tree.root + "/none", output: tree.output)
        #expect(throws: InventoryError.rootMissing(tree.root + "/none")) { try missing.run() }
        #expect(!FileManager.default.fileExists(atPath: tree.output))
        let nowhere = try tree.inventory(output: tree.home + "/none/out")
        #expect(throws: InventoryError.outputDirectoryMissing(tree.home + "/none/out")) { try nowhere.run() }
        let directory = try tree.inventory(output: tree.home + "/")
        #expect(throws: InventoryError.outputIsDirectory(tree.home + "/")) { try directory.run() }
    }
}
