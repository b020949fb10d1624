import Foundation
import Testing

@testable import InventoryExample

@Suite struct ManifestTests {
    @Test func `the first chunk replaces an older manifest`() throws {
        let tree = try TemporaryTree()
        try Data(#"{"path":"from an earlier run"}"#.utf8).write(to: URL(fileURLWithPath: tree.output))
        #expect(try Manifest(path: tree.output, recorded: 0).append(Array("new\n".utf8)) == 4)
        #expect(try contents(tree.output) == Data("new\n".utf8))
    }

    @Test(arguments: ["SQLite format 3\0", "#!/bin/sh\n", "{}"])
    func `a file that no inventory wrote is refused and left alone`(text: String) throws {
        let tree = try TemporaryTree()
        try Data(text.utf8).write(to: URL(fileURLWithPath: tree.output))
        #expect(throws: InventoryError.outputNotManifest(tree.output)) {
            try Manifest(path: tree.output, recorded: 0)
        }
        #expect(try contents(tree.output) == Data(text.utf8))
    }

    @Test func `a writer that was overtaken changes nothing`() throws {
        let tree = try TemporaryTree()
        let stale = try Manifest(path: tree.output, recorded: 0)
        let first = try Manifest(path: tree.output, recorded: 0).append(Array(#"{"path":1}"#.utf8))
        _ = try Manifest(path: tree.output, recorded: first).append(Array(#"{"path":2}"#.utf8))
        #expect(throws: InventoryError.outputInUse(tree.output)) { try stale.append(Array("late".utf8)) }
        #expect(try contents(tree.output) == Data(#"{"path":1}{"path":2}"#.utf8))
    }

    @Test func `what lies behind the recorded length is replaced`() throws {
        let tree = try TemporaryTree()
        try Data("one\ntwo half wri".utf8).write(to: URL(fileURLWithPath: tree.output))
        #expect(try Manifest(path: tree.output, recorded: 4).append(Array("2\n".utf8)) == 6)
        #expect(try contents(tree.output) == Data("one\n2\n".utf8))
    }

    @Test func `opening changes nothing`() throws {
        let tree = try TemporaryTree()
        try Data("one\ntwo".utf8).write(to: URL(fileURLWithPath: tree.output))
        _ = try Manifest(path: tree.output, recorded: 4)
        #expect(try contents(tree.output) == Data("one\ntwo".utf8))
    }

    @Test func `a manifest shorter than recorded is refused and left alone`() throws {
        let tree = try TemporaryTree()
        try Data("one\n".utf8).write(to: URL(fileURLWithPath: tree.output))
        #expect(throws: InventoryError.manifestChanged(tree.output, recorded: 9, found: 4)) {
            try Manifest(path: tree.output, recorded: 9)
        }
        #expect(try contents(tree.output) == Data("one\n".utf8))
        let gone = tree.home + "/gone"
        #expect(throws: InventoryError.manifestChanged(gone, recorded: 9, found: 0)) {
            try Manifest(path: gone, recorded: 9)
        }
        #expect(!FileManager.default.fileExists(atPath: gone))
    }

    @Test func `a manifest cut while the chunk hashed is refused before it is touched`() throws {
        let tree = try TemporaryTree()
        try Data("one\ntwo\n".utf8).write(to: URL(fileURLWithPath: tree.output))
        let manifest = try Manifest(path: tree.output, recorded: 8)
        #expect(truncate(tree.output, 4) == 0)
        #expect(throws: InventoryError.manifestChanged(tree.output, recorded: 8, found: 4)) {
            try manifest.append(Array("three\n".utf8))
        }
        #expect(try contents(tree.output) == Data("one\n".utf8))
    }

    @Test func `a second writer is refused while one writes`() throws {
        let tree = try TemporaryTree()
        let number = open(tree.output, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        try #require(number >= 0)
        defer { close(number) }
        let manifest = try Manifest(path: tree.output, recorded: 0)
        #expect(flock(number, LOCK_EX | LOCK_NB) == 0)
        #expect(throws: InventoryError.outputInUse(tree.output)) { try manifest.append([]) }
        #expect(flock(number, LOCK_UN) == 0)
        #expect(try manifest.append([]) == 0)
    }

    @Test func `an output that cannot be a manifest is refused with the reason`() throws {
        let tree = try TemporaryTree()
        try tree.file("file")
        try tree.fifo("pipe")
        try tree.link("link", to: "file")
        try tree.link("dangling", to: "nowhere")
        let missing = tree.home + "/none/manifest"
        let below = tree.root + "/file/manifest"
        #expect(throws: InventoryError.outputDirectoryMissing(missing)) {
            try Manifest(path: missing, recorded: 0)
        }
        #expect(throws: InventoryError.outputDirectoryMissing(below)) {
            try Manifest(path: below, recorded: 0)
        }
        #expect(throws: InventoryError.outputIsDirectory(tree.root)) {
            try Manifest(path: tree.root, recorded: 0)
        }
        for name in ["pipe", "link", "dangling"] {
            let path = tree.root + "/" + name
            #expect(throws: InventoryError.outputNotRegularFile(path)) {
                try Manifest(path: path, recorded: 0)
            }
        }
        #expect(!FileManager.default.fileExists(atPath: tree.root + "/nowhere"))
    }

    @Test(.enabled(if: geteuid() != 0, "the superuser may write every file"))
    func `an output without permission is refused`() throws {
        let tree = try TemporaryTree()
        try Data().write(to: URL(fileURLWithPath: tree.output))
        #expect(chmod(tree.output, 0o444) == 0)
        #expect(throws: InventoryError.outputNotWritable(tree.output, code: EACCES)) {
            try Manifest(path: tree.output, recorded: 0)
        }
    }

    @Test func `failures of the disk have names, and say whether to try again`() {
        let path = "/out"
        let cases: [(Int32, InventoryError, Bool)] = [
            (ENOSPC, .diskFull(path), true),
            (EDQUOT, .diskFull(path), true),
            (EROFS, .outputNotWritable(path, code: EROFS), false),
            (EACCES, .outputNotWritable(path, code: EACCES), false),
            (EMFILE, .outOfResources(code: EMFILE), true),
            (EIO, .outputFailed(path, code: EIO), true),
        ]
        for (code, error, isRetryable) in cases {
            #expect(InventoryError.output(path, SystemFault(code: code)) == error)
            #expect(error.isRetryable == isRetryable)
        }
        #expect(InventoryError.diskFull(path).description == "The disk is full: the output /out cannot grow.")
    }

    @Test func `a line is JSON whatever the name is`() throws {
        let names: [[UInt8]] = [
            Array("/plain".utf8), Array("/quote\"back\\slash".utf8), Array("/new\nline\ttab\u{1}\u{7f}".utf8),
            Array("/ünï/日本/🧭".utf8), Array("/not-".utf8) + [0xff, 0xfe], [0x2f, 0xc3],
        ]
        for name in names {
            let entry = ManifestEntry(path: BytePath(name), size: 12, sha256: [0x0a, 0xff])
            let text = entry.line
            #expect(text.count { $0 == 0x0a } == 1)
            #expect(text.last == 0x0a)
            let line = try JSONDecoder().decode(ManifestLine.self, from: Data(text))
            #expect(line.bytePath.bytes == name)
            #expect((line.path == nil) == (String(validating: name, as: UTF8.self) == nil))
            #expect(line.size == 12)
            #expect(line.sha256 == "0aff")
        }
        let line = ManifestEntry(path: BytePath("/a/b"), size: 1, sha256: [1]).line
        #expect(String(decoding: line, as: UTF8.self) == #"{"path":"/a/b","size":1,"sha256":"01"}"# + "\n")
    }
}
