import Foundation
import Testing

@testable import InventoryExample

@Suite struct TreeWalkerTests {
    @Test func `it yields what find yields`() async throws {
        let tree = try TemporaryTree()
        try tree.fill()
        var walker = try tree.walker()
        let found = try walker.remainingFiles().map { BytePath(tree.root).appending($0.bytes) }
        #expect(found.count == 90)
        #expect(Set(found) == Set(try await SystemTools.find(tree.root)))
    }

    @Test func `the order is bytewise by the names on the path`() throws {
        let tree = try TemporaryTree()
        try tree.fill()
        var walker = try tree.walker()
        let files = try walker.remainingFiles()
        let sorted = files.sorted { left, right in
            left.components.lexicographicallyPrecedes(right.components) { $0.lexicographicallyPrecedes($1) }
        }
        #expect(files == sorted)
        // The slash sorts below every name: all of "a" comes before "a-b", though "-" is less than
        // "/".
        let folders = files.compactMap { $0.components.count == 2 ? $0.components.first : nil }
        #expect(
            folders.firstIndex(of: Array("a".utf8)) ?? 99 < folders.firstIndex(of: Array("a-b".utf8)) ?? 0)
    }

    @Test(arguments: [1, 2, 32])
    func `it goes on behind every file as if it had never stopped`(descriptorLimit: Int) throws {
        let tree = try TemporaryTree()
        try tree.fill()
        var whole = try tree.walker(descriptorLimit: descriptorLimit)
        let files = try whole.remainingFiles()
        for (index, file) in files.enumerated() {
            var rest = try tree.walker(after: file.text, descriptorLimit: descriptorLimit)
            #expect(try rest.remainingFiles() == Array(files[(index + 1)...]))
        }
    }

    @Test func `a copy goes its own way`() throws {
        let tree = try TemporaryTree()
        try tree.fill()
        var walker = try tree.walker()
        for _ in 0..<40 { _ = try walker.next() }
        var copy = walker
        let rest = try walker.remainingFiles()
        #expect(try copy.remainingFiles() == rest)
    }

    @Test func `a path that no longer exists is a place to go on from`() throws {
        let tree = try TemporaryTree()
        for name in ["a", "c/d", "e"] { try tree.file(name) }
        for (place, rest) in [("b", ["c/d", "e"]), ("c/c/x", ["c/d", "e"]), ("d/x/y", ["e"]), ("z", [])] {
            var walker = try tree.walker(after: place)
            #expect(try walker.remainingFiles() == rest.map { BytePath($0) })
        }
    }

    @Test(arguments: ["", "/", "..", "a/../../b", "./a"])
    func `a path that leads elsewhere is refused`(path: String) throws {
        let tree = try TemporaryTree()
        #expect(throws: InventoryError.invalidCursor(BytePath(path))) { try tree.walker(after: path) }
    }

    @Test func `each directory is announced once, also over several walks`() throws {
        let tree = try TemporaryTree()
        try tree.fill()
        var walker = try tree.walker()
        var announced: [BytePath] = []
        var last: BytePath?
        while let visit = try walker.next() {
            switch visit {
            case .directory(let notice):
                announced.append(notice.path)
            case .file(let file):
                last = file.relative
                walker = try tree.walker(after: last?.text)
            case .skipped(let warning):
                Issue.record("\(warning)")
            }
        }
        var whole = try tree.walker()
        var expected: [BytePath] = []
        while let visit = try whole.next() {
            if case .directory(let notice) = visit { expected.append(notice.path) }
        }
        #expect(announced == expected)
        #expect(announced.first == BytePath(tree.root))
        #expect(announced.contains(BytePath(tree.root + "/empty")))
    }

    @Test func `a directory's notice counts what it holds`() throws {
        let tree = try TemporaryTree()
        for name in ["a/1", "a/2", "a/b/3"] { try tree.file(name) }
        try tree.link("a/link", to: "1")
        var walker = try tree.walker(after: "Z")
        guard case .directory(let notice) = try walker.next() else {
            Issue.record("The directory was not announced.")
            return
        }
        #expect(notice == DirectoryNotice(path: BytePath(tree.root + "/a"), files: 2, directories: 1))
    }

    @Test func `links are not followed below the root, and loops end`() throws {
        let tree = try TemporaryTree()
        try tree.file("real/file")
        try tree.link("loop", to: ".")
        try tree.link("real/up", to: "../real")
        try tree.link("self", to: "self")
        try tree.link("file", to: "real/file")
        var walker = try tree.walker()
        #expect(try walker.remainingFiles() == [BytePath("real/file")])
    }

    @Test func `a link given as the root is followed, and printed as given`() throws {
        let tree = try TemporaryTree()
        try tree.file("file")
        let link = tree.home + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: tree.root)
        var walker = try TreeWalker(root: link)
        var paths: [BytePath] = []
        while let visit = try walker.next() {
            if case .file(let file) = visit { paths.append(file.path) }
        }
        #expect(paths == [BytePath(link + "/file")])
    }

    @Test func `a directory removed before the walk comes to it is reported`() throws {
        let tree = try TemporaryTree()
        try tree.file("a")
        try tree.directory("b")
        try tree.file("c")
        var walker = try tree.walker()
        guard case .directory = try walker.next() else {
            Issue.record("The root was not announced.")
            return
        }
        tree.removeDirectory("b")
        var seen: [String] = []
        while let visit = try walker.next() {
            switch visit {
            case .file(let file): seen.append(file.relative.description)
            case .skipped(let warning): seen.append("\(warning.operation) \(warning.reason) \(warning.path)")
            case .directory: break
            }
        }
        #expect(seen == ["a", "list vanished \(tree.root)/b", "c"])
    }

    @Test func `a link put in a directory's place is not followed`() throws {
        let tree = try TemporaryTree()
        try tree.directory("b")
        try FileManager.default.createDirectory(
            atPath: tree.home + "/secret", withIntermediateDirectories: false)
        try Data("x".utf8).write(to: URL(fileURLWithPath: tree.home + "/secret/file"))
        var walker = try tree.walker()
        _ = try walker.next()
        tree.removeDirectory("b")
        try tree.link("b", to: "../secret")
        guard case .skipped(let warning) = try walker.next() else {
            Issue.record("The link was not reported.")
            return
        }
        #expect(warning.reason == .changedKind)
        #expect(try walker.next() == nil)
    }

    @Test(.enabled(if: geteuid() != 0, "the superuser may read every directory"))
    func `a directory without permission is reported and passed over`() throws {
        let tree = try TemporaryTree()
        try tree.file("a/b")
        try tree.file("c")
        #expect(chmod(tree.root + "/a", 0) == 0)
        defer { #expect(chmod(tree.root + "/a", 0o755) == 0) }
        var cursors: [ChunkCursor] = []
        var warnings: [InventoryWarning] = []
        cursors = try tree.inventory().run { if case .skipped(let warning) = $0 { warnings.append(warning) } }
        #expect(warnings.map(\.reason) == [.notPermitted])
        #expect(warnings.map(\.path) == [BytePath(tree.root + "/a")])
        #expect(cursors.last?.files == 1)
        #expect(cursors.last?.errors == 1)
    }

    @Test func `a tree deeper than a path may be long is walked to its ground`() async throws {
        let tree = try TemporaryTree()
        let name = [UInt8](repeating: UInt8(ascii: "d"), count: 100)
        var directory = try Descriptor.directory(at: tree.root)
        for _ in 0..<60 {
            for leaf in ["a", "z"] {
                let number = openat(directory.number, leaf, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
                try #require(number >= 0)
                close(number)
            }
            let terminated = (name + [0]).map { CChar(bitPattern: $0) }
            try #require(mkdirat(directory.number, terminated, 0o755) == 0)
            directory = try directory.directory(named: name)
        }
        var walker = try tree.walker(descriptorLimit: 5)
        let files = try walker.remainingFiles()
        #expect(files.count == 120)
        #expect(files.map(\.bytes.count).max() ?? 0 > 4096)
        #expect(
            Set(files.map { BytePath(tree.root).appending($0.bytes) })
                == Set(try await SystemTools.find(tree.root)))
        var rest = try TreeWalker(root: tree.root, after: files[70], descriptorLimit: 5)
        #expect(try rest.remainingFiles() == Array(files[71...]))
    }

    @Test func `a root that cannot be walked is refused with the reason`() throws {
        let tree = try TemporaryTree()
        try tree.file("file")
        let missing = tree.root + "/none"
        #expect(throws: InventoryError.rootMissing(missing)) { try TreeWalker(root: missing) }
        let file = tree.root + "/file"
        #expect(throws: InventoryError.rootNotDirectory(file)) { try TreeWalker(root: file) }
    }

    @Test func `the count equals what the pass then finds`() throws {
        let tree = try TemporaryTree()
        try tree.fill()
        let inventory = try tree.inventory(output: tree.root + "/b/manifest.jsonl")
        let before = try inventory.count(checkCancellation: {})
        let end = try #require(try inventory.run(limit: 7).last)
        let after = try inventory.count(checkCancellation: {})
        #expect(before == after)
        #expect(
            before.files == end.files && before.bytes == end.bytes && before.directories == end.directories)
        #expect(before.files == 90)
    }
}
