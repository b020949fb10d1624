import Foundation
import Testing

@testable import InventoryExample

/// A crash is the loss of everything but the recorded cursor and the bytes on disk: a new
/// `Inventory` with that cursor, and a manifest in any state that a dying chunk can leave.
@Suite struct InventoryResumeTests {
    private struct Stop: Error {}

    @Test(arguments: [1, 3, 20, 200])
    func `going on from every cursor gives the manifest of one pass`(limit: Int) throws {
        let tree = try TemporaryTree()
        try tree.fill()
        let cursors = try tree.inventory().run(limit: limit)
        let whole = try contents(tree.output)
        for cursor in cursors {
            // The file still has all lines: for this cursor, those behind it are left from a chunk
            // that died.
            let again = try tree.inventory().run(from: try recorded(cursor), limit: limit)
            #expect(again.last == cursors.last)
            #expect(try contents(tree.output) == whole)
        }
    }

    @Test func `the size of the chunks does not show in the manifest`() throws {
        let tree = try TemporaryTree()
        try tree.fill()
        var manifests: Set<Data> = []
        for limit in [1, 7, 89, 90, 91] {
            _ = try tree.inventory().run(limit: limit)
            manifests.insert(try contents(tree.output))
        }
        #expect(manifests.count == 1)
    }

    @Test func `a chunk cut off at any byte is repaired`() throws {
        let tree = try TemporaryTree()
        for name in ["a", "b", "c", "d"] { try tree.file(name, name) }
        let cursors = try tree.inventory().run(limit: 2)
        let whole = try contents(tree.output)
        for length in Int(cursors[1].manifestBytes)...Int(cursors[2].manifestBytes) {
            try whole.prefix(length).write(to: URL(fileURLWithPath: tree.output))
            let again = try tree.inventory().run(from: cursors[1], limit: 2)
            #expect(again.last == cursors.last)
            #expect(try contents(tree.output) == whole)
        }
        try (whole.prefix(Int(cursors[1].manifestBytes)) + Data(repeating: 0, count: 5000))
            .write(to: URL(fileURLWithPath: tree.output))
        _ = try tree.inventory().run(from: cursors[1], limit: 2)
        #expect(try contents(tree.output) == whole)
    }

    @Test func `a chunk stopped at any moment can be repeated`() throws {
        let tree = try TemporaryTree()
        try tree.fill()
        let cursors = try tree.inventory().run(limit: 40)
        let whole = try contents(tree.output)
        let inventory = try tree.inventory()
        for stop in stride(from: 1, through: 120, by: 7) {
            var checks = 0
            #expect(throws: Stop.self) {
                try inventory.nextChunk(after: cursors[1], limit: 40) {
                    checks += 1
                    if checks == stop { throw Stop() }
                } notice: { _ in
                }
            }
        }
        #expect(try contents(tree.output) == whole)
        #expect(try inventory.run(from: cursors[1], limit: 40) == Array(cursors[1...]))
        #expect(try contents(tree.output) == whole)
    }

    @Test func `a stopped chunk leaves the manifest untouched`() throws {
        let tree = try TemporaryTree()
        try tree.fill()
        let inventory = try tree.inventory()
        let first = try inventory.nextChunk(
            after: ChunkCursor(), limit: 30, checkCancellation: {}, notice: { _ in })
        var hashed = 0
        #expect(throws: Stop.self) {
            try inventory.nextChunk(after: first, limit: 30) {
                if hashed == 30 { throw Stop() }
            } notice: { notice in
                if case .hashed = notice { hashed += 1 }
            }
        }
        #expect(try contents(tree.output).count == Int(first.manifestBytes))
    }

    @Test func `an older cursor of the same inventory is honoured`() throws {
        let tree = try TemporaryTree()
        try tree.fill()
        let inventory = try tree.inventory()
        let cursors = try inventory.run(limit: 30)
        let whole = try contents(tree.output)
        let second = try inventory.nextChunk(
            after: cursors[1], limit: 30, checkCancellation: {}, notice: { _ in })
        #expect(second == cursors[2])
        #expect(try contents(tree.output) == whole.prefix(Int(second.manifestBytes)))
        // The walk is parked behind chunk two now; chunk one is asked for again.
        let first = try inventory.nextChunk(
            after: cursors[0], limit: 30, checkCancellation: {}, notice: { _ in })
        #expect(first == cursors[1])
    }

    @Test func `errors and directories count the same with and without crashes`() throws {
        let tree = try TemporaryTree()
        for name in ["a", "c/1", "c/2", "d", "e/1"] { try tree.file(name) }
        try tree.directory("b")
        let removeOne: (InventoryNotice) -> Void = { notice in
            if case .hashed(let entry) = notice, entry.path == BytePath(tree.root + "/a") {
                tree.removeDirectory("b")
            }
        }
        let cursors = try tree.inventory().run(limit: 2, notice: removeOne)
        #expect(cursors.map(\.errors) == [0, 1, 1, 1])
        #expect(cursors.map(\.directories) == [0, 2, 2, 3])
        try tree.directory("b")
        var crashing = [ChunkCursor()]
        while let last = crashing.last, !last.isComplete {
            crashing.append(
                try tree.inventory().nextChunk(
                    after: last, limit: 2, checkCancellation: {}, notice: removeOne))
        }
        #expect(crashing == cursors)
    }

    @Test func `a cursor survives its encoding, also behind a name that is not UTF-8`() throws {
        let tree = try TemporaryTree()
        try tree.file(bytes: [0xff, 0x2f, 0xc3, 0x28], [1])
        try tree.file(bytes: [0xff, 0x2f, 0xc3, 0x29], [2])
        let inventory = try tree.inventory()
        let cursors = try inventory.run(limit: 1)
        let whole = try contents(tree.output)
        #expect(cursors[1].after == BytePath([0xff, 0x2f, 0xc3, 0x28]))
        #expect(try recorded(cursors[1]) == cursors[1])
        _ = try tree.inventory().run(from: try recorded(cursors[1]), limit: 1)
        #expect(try contents(tree.output) == whole)
    }

    /// Encodes and decodes the cursor, as the record of a step does.
    private func recorded(_ cursor: ChunkCursor) throws -> ChunkCursor {
        try JSONDecoder().decode(ChunkCursor.self, from: try JSONEncoder().encode(cursor))
    }
}
