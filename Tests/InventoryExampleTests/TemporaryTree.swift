import Foundation
import Testing

@testable import InventoryExample

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Owns a directory for one test, removed with the last reference.
///
/// It holds a tree to walk, and room beside it for outputs. Names are bytes, because some tests
/// need names that are not UTF-8.
final class TemporaryTree: Sendable {
    let home: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "/inventory-XXXXXX").utf8CString)
        home = try template.withUnsafeMutableBufferPointer { template in
            let start = try #require(template.baseAddress)
            return String(cString: try #require(mkdtemp(start)))
        }
        #expect(mkdir(root, 0o755) == 0)
    }

    deinit {
        // FileManager does not remove names that are not UTF-8, nor paths longer than the system's
        // limit.
        let removal = Process()
        removal.executableURL = URL(fileURLWithPath: "/bin/rm")
        removal.arguments = ["-rf", "--", home]
        do {
            try removal.run()
            removal.waitUntilExit()
        } catch {
            Issue.record("The test's directory could not be removed: \(error)")
        }
    }

    var root: String { home + "/tree" }
    /// A path for the manifest outside the tree.
    var output: String { home + "/manifest.jsonl" }

    func inventory(output: String? = nil) throws -> Inventory {
        try Inventory(root: root, output: output ?? self.output)
    }

    func walker(after: String? = nil, descriptorLimit: Int = 32) throws -> TreeWalker {
        try TreeWalker(
            root: root, after: after.map { BytePath($0) }, excluding: try OutputLocation(of: output),
            descriptorLimit: descriptorLimit)
    }

    func file(_ name: String, _ contents: String = "") throws {
        try file(bytes: Array(name.utf8), Array(contents.utf8))
    }

    /// Creates a file and the directories on the way to it.
    func file(bytes name: [UInt8], _ contents: [UInt8]) throws {
        let components = BytePath(name).components
        for depth in components.indices.dropFirst() {
            let created = mkdir(path(Array(components[..<depth].joined(separator: [0x2f]))), 0o755)
            try #require(created == 0 || errno == EEXIST)
        }
        let number = open(path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        try #require(number >= 0, "open: \(String(cString: strerror(errno)))")
        defer { close(number) }
        #expect(write(number, contents, contents.count) == contents.count)
    }

    func directory(_ name: String) throws {
        try #require(mkdir(path(Array(name.utf8)), 0o755) == 0)
    }

    func link(_ name: String, to target: String) throws {
        try #require(symlink(target, path(Array(name.utf8))) == 0)
    }

    func fifo(_ name: String) throws {
        try #require(mkfifo(path(Array(name.utf8)), 0o644) == 0)
    }

    func remove(_ name: String) {
        #expect(unlink(path(Array(name.utf8))) == 0)
    }

    func removeDirectory(_ name: String) {
        #expect(rmdir(path(Array(name.utf8))) == 0)
    }

    /// Creates a tree with 90 files in nested directories, among them names that sort unlike their
    /// paths.
    func fill() throws {
        var state: UInt64 = 42
        for number in 0..<80 {
            // A fixed sequence of numbers: the tree is the same in every run.
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let folders = ["a", "a-b", "a.b", "b/c", "b/c/d", "b-/x", ""]
            let folder = folders[Int((state >> 33) % UInt64(folders.count))]
            let contents = String(repeating: "line \(number)\n", count: Int((state >> 40) % 50))
            try file(folder + "/\((state >> 20) % 1_000_000).txt", contents)
        }
        for name in ["a/z", "a-b/z", "a.b/z", "b/c/d/e/f/z", "b/z", "b-/x/z", "z", "Z", "é", "a b"] {
            try file(name, name)
        }
        try directory("empty")
        try link("b/up", to: "..")
        try link("broken", to: "nowhere")
        try fifo("a/pipe")
    }

    private func path(_ name: [UInt8]) -> [CChar] {
        (Array(root.utf8) + [0x2f] + name + [0]).map { CChar(bitPattern: $0) }
    }
}

extension TreeWalker {
    /// Walks to the end and returns the paths of the files below the root.
    mutating func remainingFiles() throws -> [BytePath] {
        var files: [BytePath] = []
        while let visit = try next() {
            if case .file(let file) = visit { files.append(file.relative) }
        }
        return files
    }
}

extension Inventory {
    /// Runs chunks to the end and returns every cursor, the first being the given one.
    func run(
        from start: ChunkCursor = ChunkCursor(), limit: Int = 200,
        notice: (InventoryNotice) -> Void = { _ in }
    ) throws -> [ChunkCursor] {
        var cursors = [start]
        while let last = cursors.last, !last.isComplete {
            cursors.append(try nextChunk(after: last, limit: limit, checkCancellation: {}, notice: notice))
        }
        return cursors
    }
}
