import HoldfastCore
import HoldfastSQLite
import HoldfastStore
import Synchronization
import Testing

/// Whether the other connection let go.
private final class OthersLock: Sendable {
    private let state = Mutex(false)

    var isReleased: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

/// P11: somebody else's lock is waited for, and when it lasts too long the call fails and nothing is lost.
@Suite("Locked file")
struct BusyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `a lock that lasts fails the call as busy, and the next one works`() async throws {
        try await SampleLog.with(try folder.store { $0.busyTimeout = .milliseconds(30) }) { sample in
            let (job, token) = try await sample.running()
            let other = try PlainDatabase(folder.file())
            try other.run("BEGIN IMMEDIATE")
            for _ in 0..<2 {
                let error = await #expect(throws: StoreError.self) {
                    try await sample.work([.note(1)], on: job, token)
                }
                #expect(error?.code == .busy)
                #expect(error?.isRetryable == true)
                #expect(error?.operation == "begin")
            }
            // Reading is not held up.
            #expect(try await sample.state(job).version == 2)
            try other.run("COMMIT")
            try await sample.work([.note(2)], on: job, token)
            #expect(try await sample.state(job).version == 3)
            #expect(try sample.store.firstBreak() == nil)
        }
    }

    @Test func `no command runs before the lock is ours, and then none is lost`() async throws {
        try await SampleLog.with(try folder.store { $0.busyTimeout = .seconds(300) }) { sample in
            let (job, token) = try await sample.running()
            let other = try PlainDatabase(folder.file())
            try other.run("BEGIN IMMEDIATE")
            let lock = OthersLock()
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        try await sample.log.write { transaction in
                            let command = JobCommand.work(token, .note(number))
                            try transaction.execute(command, on: job, by: .worker("worker-1"))
                            return lock.isReleased
                        }
                    }
                }
                // Readers pass, and show that nothing was written.
                for _ in 0..<50 { #expect(try await sample.state(job).version == 2) }
                lock.isReleased = true
                try other.run("ROLLBACK")
                for try await ranAfterRelease in group { #expect(ranAfterRelease) }
            }
            #expect(try await sample.state(job).version == 22)
            #expect(try sample.store.firstBreak() == nil)
        }
    }

    @Test func `opening and rebuilding wait for the lock as well, up to their patience`() throws {
        _ = try folder.store()
        let other = try PlainDatabase(folder.file())
        let store = try folder.store { $0.busyTimeout = .milliseconds(5) }
        try other.run("BEGIN IMMEDIATE")
        let error = #expect(throws: StoreError.self) { try store.rebuildProjections() }
        #expect(error?.code == .busy)
        // A file that is up to date is opened without the lock.
        _ = try folder.store { $0.busyTimeout = .zero }
        try other.run("ROLLBACK")
        try store.rebuildProjections()
    }

    @Test func `a file that somebody holds exclusively cannot be opened`() throws {
        _ = try folder.store()
        let other = try PlainDatabase(folder.file())
        try other.run("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; DELETE FROM leases; COMMIT")
        let error = #expect(throws: StoreError.self) {
            _ = try folder.store { $0.busyTimeout = .milliseconds(5) }
        }
        #expect(error?.code == .busy)
        #expect(error?.isRetryable == true)
    }
}
