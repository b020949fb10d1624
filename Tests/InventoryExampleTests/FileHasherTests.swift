import Foundation
import Testing

@testable import InventoryExample

@Suite struct FileHasherTests {
    private struct Stop: Error {}

    @Test func `known contents give their known hash`() throws {
        let tree = try TemporaryTree()
        try tree.file("abc", "abc")
        try tree.file("empty")
        let abc = try hash(tree, "abc")
        let empty = try hash(tree, "empty")
        #expect(abc?.size == 3)
        #expect(abc?.hexadecimal == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(empty?.size == 0)
        #expect(empty?.hexadecimal == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test(.enabled(if: SystemTools.hasSHA256Sum, "sha256sum is not installed"))
    func `a file of several pieces is hashed whole`() async throws {
        let tree = try TemporaryTree()
        let size = 3 * 256 * 1024 + 17
        try tree.file(bytes: Array("big".utf8), (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
        let entry = try hash(tree, "big")
        #expect(entry?.size == Int64(size))
        #expect(entry?.hexadecimal == (try await SystemTools.hashes(tree.root))[BytePath(tree.root + "/big")])
    }

    @Test func `it can be stopped before each piece`() throws {
        let tree = try TemporaryTree()
        try tree.file(bytes: Array("big".utf8), [UInt8](repeating: 7, count: 1024 * 1024))
        var hasher = FileHasher()
        var checks = 0
        let file = try TreeFile(at: tree.root + "/big")
        #expect(throws: Stop.self) {
            _ = try hasher.hash(file) {
                checks += 1
                if checks == 3 { throw Stop() }
            }
        }
        #expect(checks == 3)
    }

    @Test func `a FIFO in a file's place does not block`() throws {
        let tree = try TemporaryTree()
        try tree.fifo("pipe")
        let warning = try warning(tree.root + "/pipe")
        #expect(warning?.reason == .changedKind)
        #expect(warning?.description == "cannot open \(tree.root)/pipe: It is no longer a regular file")
    }

    @Test func `a link or a directory in a file's place is not read`() throws {
        let tree = try TemporaryTree()
        try tree.file("file", "secret")
        try tree.link("link", to: "file")
        try tree.directory("directory")
        #expect(try warning(tree.root + "/link")?.reason == .changedKind)
        #expect(try warning(tree.root + "/directory")?.reason == .changedKind)
    }

    @Test func `a file that vanished is reported with the system's reason`() throws {
        let tree = try TemporaryTree()
        let warning = try warning(tree.root + "/gone")
        #expect(warning?.operation == .open)
        #expect(warning?.reason == .vanished)
        #expect(warning?.description == "cannot open \(tree.root)/gone: No such file or directory")
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/mem"), "there is no /proc"))
    func `a read that fails is reported as such`() throws {
        // A regular file by its attributes, but nothing is mapped at address 0.
        let warning = try warning("/proc/self/mem")
        #expect(warning?.operation == .read)
        #expect(warning?.reason == .unreadable)
        #expect(warning?.code == EIO)
    }

    @Test(.enabled(if: geteuid() != 0, "the superuser may read every file"))
    func `a file without permission is reported`() throws {
        let tree = try TemporaryTree()
        try tree.file("file")
        #expect(chmod(tree.root + "/file", 0) == 0)
        #expect(try warning(tree.root + "/file")?.reason == .notPermitted)
    }

    @Test func `a shortage is no fault of the file`() throws {
        #expect(SystemFault(code: EMFILE).isShortage)
        #expect(SystemFault(code: ENFILE).isShortage)
        #expect(!SystemFault(code: EACCES).isShortage)
        #expect(InventoryError.root("/", SystemFault(code: EMFILE)) == .outOfResources(code: EMFILE))
    }

    private func hash(_ tree: TemporaryTree, _ name: String) throws -> ManifestEntry? {
        var hasher = FileHasher()
        guard
            case .hashed(let entry) = try hasher.hash(
                try TreeFile(at: tree.root + "/" + name), checkCancellation: {})
        else { return nil }
        return entry
    }

    private func warning(_ path: String) throws -> InventoryWarning? {
        var hasher = FileHasher()
        guard case .unreadable(let warning) = try hasher.hash(try TreeFile(at: path), checkCancellation: {})
        else { return nil }
        return warning
    }
}
