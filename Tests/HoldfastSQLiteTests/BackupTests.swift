import Foundation
import HoldfastCore
import HoldfastStore
import Synchronization
import Testing

@testable import HoldfastSQLite

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A backup is the log as it was at one moment, or it is not there.
@Suite("Backup")
struct BackupTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var copy: String { folder.file("copy.db") }

    /// A log with jobs in every state, a file and values large enough for a copy of several pieces.
    private func filled() async throws -> SQLiteStore {
        let store = try folder.store()
        try await SampleLog.with(store) { sample in
            _ = try await sample.oneOfEach()
            let (job, token) = try await sample.running()
            try await sample.save("notes.txt", Array("notes".utf8), on: job, token)
            try await sample.log.write { transaction in
                for letter in ["a", "b", "c"] {
                    let value = JSONText.string(String(repeating: letter, count: 1 << 20))
                    let digest = SHA256Sum(of: value.text).hexadecimal
                    transaction.keep(
                        value, as: PayloadReference(sha256: digest, bytes: Int64(value.byteCount)))
                }
            }
        }
        return store
    }

    @Test func `a backup holds the whole log under its name, and nothing else is left`() async throws {
        let store = try await filled()
        let backup = try store.backUp(to: copy)
        #expect(try folder.names().filter { $0.hasPrefix("copy") } == ["copy.db"])
        let copied = try SQLiteStore(path: copy, mode: .readOnlyCopy)
        #expect(try copied.sealedEvents() == store.sealedEvents())
        #expect(try copied.openReader().head() == backup.head)
        #expect(copied.identity == store.identity)
        #expect(backup.identity == store.identity)
        #expect(backup.path == copy)
        #expect(try Data(contentsOf: URL(fileURLWithPath: copy)).count == Int(backup.bytes))
        // Everything is in it, also what does not follow from the log.
        let (before, after) = (try PlainDatabase(folder.file()), try PlainDatabase(copy))
        for table in try before.values("SELECT name FROM sqlite_schema WHERE type = 'table'") {
            #expect(try after.dump(table) == before.dump(table), "\(table)")
        }
    }

    @Test func `a backup can be written to as the log can`() async throws {
        try await filled().backUp(to: copy)
        try await SampleLog.with(try folder.store("copy.db"), seed: 9) { _ = try await $0.enqueue() }
        #expect(try folder.store("copy.db").firstBreak() == nil)
    }

    @Test func `commits of others do not begin it anew, and are not in it`() async throws {
        let store = try await filled()
        let before = try store.sealedEvents()
        // A commit of another connection after each piece.
        let path = folder.file()
        let told = Mutex<[MovingProgress]>([])
        let backup = try store.backUp(to: copy) { progress in
            let count = told.withLock { told in
                told.append(progress)
                return told.count
            }
            try PlainDatabase(path).run("INSERT INTO worker_kinds VALUES ('kind-\(count)')")
        }
        let steps = told.withLock { $0 }
        let copying = steps.filter { $0.phase == .copying }
        #expect(copying.count > 3)
        #expect(copying.map(\.done) == copying.map(\.done).sorted())
        #expect(Set(copying.map(\.done)).count == copying.count, "a piece was copied twice")
        #expect(copying.last?.done == copying.last?.total)
        #expect(steps.last?.phase == .checking)
        #expect(try SQLiteStore(path: copy, mode: .readOnlyCopy).sealedEvents() == before)
        #expect(backup.head.position == before.last?.event.position)
        #expect(
            try PlainDatabase(copy).value("SELECT count(*) FROM worker_kinds WHERE kind LIKE 'kind-%'") == "0"
        )
    }

    @Test func `a backup under load is a prefix of the log`() async throws {
        let store = try await filled()
        try await SampleLog.with(store, seed: 5) { sample in
            let target = copy
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled { _ = try await sample.enqueue() }
                }
                for number in 0..<3 { try store.backUp(to: "\(target)-\(number)") }
                group.cancelAll()
                while let ended = await group.nextResult() {
                    if case .failure(let error) = ended, !(error is CancellationError) { throw error }
                }
            }
        }
        let all = try store.sealedEvents()
        var lengths: [Int] = []
        for number in 0..<3 {
            let copied = try SQLiteStore(path: "\(copy)-\(number)", mode: .readOnlyCopy)
            let events = try copied.sealedEvents()
            #expect(events == Array(all.prefix(events.count)))
            #expect(try copied.firstBreak() == nil)
            lengths.append(events.count)
        }
        #expect(lengths == lengths.sorted())
    }

    @Test(arguments: ["file", "folder", "broken link"])
    func `what stands at the target is left alone`(kind: String) async throws {
        let store = try await filled()
        switch kind {
        case "file": try Data("mine".utf8).write(to: URL(fileURLWithPath: copy))
        case "folder":
            try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: false)
        default: try FileManager.default.createSymbolicLink(atPath: copy, withDestinationPath: "nowhere")
        }
        let names = try folder.names()
        #expect(throws: MovingRejection.targetExists(copy)) { try store.backUp(to: copy) }
        #expect(throws: MovingRejection.targetExists(folder.file())) { try store.backUp(to: folder.file()) }
        #expect(try folder.names() == names)
    }

    @Test func `a target that appears meanwhile is not replaced`() async throws {
        let store = try await filled()
        #expect(throws: MovingRejection.targetExists(copy)) {
            try store.backUp(to: copy) { [copy] progress in
                guard progress.phase == .checking else { return }
                try Data("mine".utf8).write(to: URL(fileURLWithPath: copy))
            }
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: copy)) == Data("mine".utf8))
        #expect(try folder.names().contains("copy.db.partial") == false)
    }

    @Test func `a copy that is given up leaves nothing`() async throws {
        let store = try await filled()
        let names = try folder.names()
        #expect(throws: CancellationError.self) {
            try store.backUp(to: copy) { _ in throw CancellationError() }
        }
        #expect(try folder.names() == names)
    }

    @Test func `what a killed backup left is made anew, and what is being made is not touched`() async throws
    {
        let store = try await filled()
        let partial = copy + ".partial"
        try Data(repeating: 7, count: 10_000).write(to: URL(fileURLWithPath: partial))
        let descriptor = open(partial, O_RDWR)
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        #expect(throws: MovingRejection.targetIsBeingMade(copy)) { try store.backUp(to: copy) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: partial)).count == 10_000)
        // The lock goes with the process.
        close(descriptor)
        try store.backUp(to: copy)
        #expect(try SQLiteStore(path: copy, mode: .readOnlyCopy).sealedEvents() == store.sealedEvents())
    }

    @Test(arguments: ["data = data || ' '", "hash = zeroblob(32)", "at = at + 1"])
    func `a log whose chain is broken gives no backup`(change: String) async throws {
        let store = try await filled()
        let plain = try PlainDatabase(folder.file())
        try plain.run("DROP TRIGGER events_refuse_update; UPDATE events SET \(change) WHERE position = 5")
        let error = #expect(throws: StoreError.self) { try store.backUp(to: copy) }
        #expect(error?.code == .corrupt)
        #expect(error?.reason.contains("the event at 5") == true, "\(String(describing: error))")
        #expect(try folder.names().allSatisfy { !($0.hasPrefix("copy.db")) })
    }

    @Test func `a log without its end is noticed`() async throws {
        let store = try await filled()
        let head = try store.headPosition()
        let plain = try PlainDatabase(folder.file())
        try plain.run("DROP TRIGGER events_refuse_delete; DELETE FROM events WHERE position = \(head)")
        let error = #expect(throws: StoreError.self) { try store.backUp(to: copy) }
        #expect(error?.code == .corrupt)
    }

    @Test func `nobody else may read the copy who may not read the log`() async throws {
        let store = try await filled()
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder.file())
        try store.backUp(to: copy)
        let permissions = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int
        #expect(permissions == 0o640)
    }

    @Test func `an empty log has a backup, and a folder that is not there has none`() throws {
        let store = try folder.store()
        #expect(try store.backUp(to: copy).head == .beginning)
        let error = #expect(throws: StoreError.self) { try store.backUp(to: folder.file("no/copy.db")) }
        #expect(error?.code == .unavailable)
    }
}
