import Foundation
import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

@testable import HoldfastSQLite

/// A copy is read without a byte being written, wherever it lies.
@Suite("Reading a copy")
struct ReadOnlyCopyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The bytes of all files, with nothing left out.
    private func everything() throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try folder.names() {
            contents[name] = FileManager.default.contents(atPath: folder.file(name))
        }
        return contents
    }

    /// A backup of a filled log, alone in the folder.
    private func backup(_ name: String = "copy.db") async throws -> [SealedEvent] {
        let source = try TemporaryFolder()
        let store = try source.store()
        try await SampleLog.with(store) { _ = try await $0.oneOfEach() }
        try store.backUp(to: folder.file(name))
        return try store.sealedEvents()
    }

    @Test func `nothing is written to it or beside it`() async throws {
        let events = try await backup()
        let before = try everything()
        try await read("copy.db", events)
        #expect(try everything() == before)
        #expect(before.keys.sorted() == ["copy.db"])
    }

    @Test(.enabled(if: geteuid() != 0, "root may write what is write-protected"))
    func `it may lie where nothing can be written`() async throws {
        let events = try await backup()
        for (name, mode) in [("copy.db", 0o444), ("", 0o555)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.file(name))
        }
        defer {
            #expect(throws: Never.self) {
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
            }
        }
        try await read("copy.db", events)
        // Reading a file that others may write needs more.
        #expect(throws: StoreError.self) {
            _ = try SQLiteStore(path: folder.file("copy.db"), mode: .readOnly)
        }
    }

    @Test func `characters that mean something in a URI mean nothing in a path`() async throws {
        let name = "a?b#c%20d e&immutable=0;é.db"
        let events = try await backup(name)
        try await read(name, events)
        #expect(try SQLiteStore(path: folder.file(name), mode: .readOnlyCopy).path.hasSuffix(name))
        #expect(try folder.names() == [name])
    }

    @Test func `what a write-ahead log beside it holds is read, and stays as it is`() async throws {
        let store = try folder.store("live.db")
        try await SampleLog.with(store) { sample in
            _ = try await sample.oneOfEach()
            // As `cp` makes it of a log that is open.
            for end in ["", "-wal"] {
                try FileManager.default.copyItem(
                    atPath: folder.file("live.db\(end)"), toPath: folder.file("copy.db\(end)"))
            }
        }
        let before = try everything()
        #expect(try #require(before["copy.db-wal"]).count > 0)
        try await read("copy.db", try store.sealedEvents())
        let after = try everything()
        for name in ["copy.db", "copy.db-wal"] { #expect(after[name] == before[name], "\(name)") }
    }

    @Test func `a log over it answers, and refuses every write`() async throws {
        let events = try await backup()
        let store = try SQLiteStore(path: folder.file("copy.db"), mode: .readOnlyCopy)
        var configuration = LogConfiguration()
        configuration.isReadOnly = true
        try await SampleLog.with(store, configuration: configuration) { sample in
            let head = try await sample.log.read { try $0.head() }
            #expect(head.position == events.last?.event.position)
            #expect(sample.log.feed.head == events.last?.event.position)
            await #expect(throws: LogIsReadOnly.self) { _ = try await sample.enqueue() }
            let refusal = await withCheckedContinuation { continuation in
                sample.log.writeLater({ _ in }, completion: { continuation.resume(returning: $0) })
            }
            #expect(refusal is LogIsReadOnly)
        }
        let error = #expect(throws: StoreError.self) { _ = try store.openWriter() }
        #expect(error?.code == .readOnly)
    }

    /// Reads all of it, and lets the thread that looks for commits look a few times.
    private func read(_ name: String, _ events: [SealedEvent]) async throws {
        let store = try SQLiteStore(path: folder.file(name), mode: .readOnlyCopy)
        #expect(try store.sealedEvents() == events)
        #expect(try store.firstBreak() == nil)
        try store.checkIntegrity()
        let probe = try store.openReader()
        #expect(try store.awaitForeignCommit(probe, milliseconds: 70) == events.last?.event.position)
        #expect(try store.awaitForeignCommit(probe, milliseconds: 70) == nil)
    }
}
