import CSQLite
import HoldfastCore
import HoldfastSQLite
import HoldfastStore
import Testing

/// Writing in a transaction of the caller's: what is written exists exactly if the caller's own rows do.
@Suite("Transactions of the caller's")
struct CallerTransactionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A log, and a connection of the program's own with a table of its own in the same file.
    private func withUser(
        _ body: (SampleLog, PlainDatabase) async throws -> Void
    ) async throws {
        try await SampleLog.with(try folder.store()) { sample in
            let user = try PlainDatabase(folder.file())
            try user.run("CREATE TABLE IF NOT EXISTS orders (number INTEGER PRIMARY KEY)")
            try await body(sample, user)
        }
    }

    private static func event(key: JobKey? = nil, input: Payload = .null) -> JobEnqueued {
        JobEnqueued(kind: "sample.job", input: input, key: key)
    }

    @discardableResult
    private func enqueue(
        _ sample: SampleLog, _ user: PlainDatabase, key: JobKey? = nil, terms: EnqueueTerms = .standard
    ) throws -> EnqueueOutcome {
        let id = sample.newID()
        return try sample.log.write(inTransactionOf: user.handle) {
            try $0.enqueue(Self.event(key: key), as: id, on: terms, by: .person("ana"))
        }
    }

    @Test func `a job exists exactly if the rows of its transaction do`() async throws {
        try await withUser { sample, user in
            try user.run("BEGIN IMMEDIATE; INSERT INTO orders VALUES (1)")
            let kept = try enqueue(sample, user)
            #expect(try await sample.log.read { try $0.job(kept.state.id) } == nil)
            try user.run("COMMIT")
            #expect(try await sample.state(kept.state.id) == kept.state)

            try user.run("BEGIN IMMEDIATE; INSERT INTO orders VALUES (2)")
            let lost = try enqueue(sample, user)
            try user.run("ROLLBACK")
            #expect(try await sample.log.read { try $0.job(lost.state.id) } == nil)
            #expect(try user.values("SELECT number FROM orders") == ["1"])

            // The position that was given back is used by the next one, and the chain holds.
            let next = try await sample.enqueue()
            #expect(try sample.store.sealedEvents().map(\.event.job) == [kept.state.id, next])
            #expect(try sample.store.firstBreak() == nil)
        }
    }

    @Test(arguments: ["", "BEGIN", "BEGIN; SELECT count(*) FROM orders"])
    func `a transaction that does not hold the write lock is refused, and stays as it was`(
        beginning: String
    ) async throws {
        try await withUser { sample, user in
            try user.run(beginning)
            let expected: CallerTransactionRejection = beginning.isEmpty ? .noTransaction : .notWriting
            #expect(throws: expected) { try enqueue(sample, user) }
            #expect((sqlite3_get_autocommit(user.handle) == 1) == beginning.isEmpty)
            #expect(sqlite3_txn_state(user.handle, "main") != SQLITE_TXN_WRITE)
            #expect(try sample.store.headPosition() == .beginning)
        }
    }

    @Test func `a deferred transaction that has written holds the lock`() async throws {
        try await withUser { sample, user in
            try user.run("BEGIN; INSERT INTO orders VALUES (1)")
            let job = try enqueue(sample, user).state.id
            try user.run("COMMIT")
            #expect(try await sample.state(job).version == 1)
        }
    }

    @Test func `another file is refused, also one that took the place of the log's`() async throws {
        try await withUser { sample, _ in
            let other = try PlainDatabase(folder.file("other.db"))
            try other.run("BEGIN IMMEDIATE; CREATE TABLE mine (a)")
            #expect(throws: CallerTransactionRejection.otherFile(folder.file("other.db"))) {
                try enqueue(sample, other)
            }
            let memory = try PlainDatabase(":memory:")
            try memory.run("BEGIN IMMEDIATE")
            #expect(throws: CallerTransactionRejection.otherFile("")) { try enqueue(sample, memory) }
            // A log of its own under the same name.
            _ = try folder.store("second.db")
            let second = try SampleLog(try folder.store("second.db"))
            let renewed = try PlainDatabase(folder.file("second.db"))
            try renewed.run(
                "UPDATE log_identity SET identity = lower(hex(randomblob(16))); BEGIN IMMEDIATE")
            #expect(throws: CallerTransactionRejection.otherFile(folder.file("second.db"))) {
                try enqueue(second, renewed)
            }
            await second.log.close()
        }
    }

    @Test func `a link to the file is the file`() async throws {
        try await withUser { sample, _ in
            try ChildProcess.run("/bin/ln", ["-s", folder.file(), folder.file("link.db")])
            let user = try PlainDatabase(folder.file("link.db"))
            try user.run("BEGIN IMMEDIATE")
            let job = try enqueue(sample, user).state.id
            try user.run("COMMIT")
            #expect(try await sample.state(job).version == 1)
        }
    }

    @Test func `a connection of another copy of SQLite is refused before anything is done with it`()
        async throws
    {
        try await withUser { sample, _ in
            // It begins with a pointer to that copy's own layer, of which ours has never heard.
            let layer = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
            layer.initialize(to: sqlite3_vfs())
            let words = UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vfs>>.allocate(capacity: 64)
            words.initialize(repeating: layer, count: 64)
            defer {
                words.deallocate()
                layer.deallocate()
            }
            #expect(throws: CallerTransactionRejection.otherLibrary) {
                try sample.log.write(inTransactionOf: OpaquePointer(words)) { _ in }
            }
        }
    }

    @Test func `a store without such connections, a reader and a closed log refuse`() async throws {
        try await withUser { sample, user in
            try user.run("BEGIN IMMEDIATE")
            let reading = try SQLiteStore(path: folder.file(), mode: .readOnly)
            #expect(throws: StoreError.self) { try reading.borrowWriter(user.handle) }
            await sample.log.close()
            #expect(throws: StoreError.self) { try enqueue(sample, user) }
        }
    }

    @Test func `what is refused leaves no trace, and the caller's transaction goes on`() async throws {
        try await withUser { sample, user in
            try user.run("BEGIN IMMEDIATE; INSERT INTO orders VALUES (1)")
            let first = try enqueue(sample, user, key: "order-1").state.id
            let rejecting = EnqueueTerms(unique: Uniqueness(onConflict: .reject))
            #expect(throws: EnqueueRejection.duplicate(first)) {
                try enqueue(sample, user, key: "order-1", terms: rejecting)
            }
            // Rows that were handed over before the command failed are taken back as well.
            #expect(throws: ChangeOfPlan.self) {
                try sample.log.write(inTransactionOf: user.handle) { transaction in
                    let id = sample.newID()
                    _ = try transaction.enqueue(Self.event(), as: id, by: .person("ana"))
                    _ = try transaction.due(limit: 1)
                    throw ChangeOfPlan()
                }
            }
            let second = try enqueue(sample, user).state.id
            try user.run("COMMIT")
            #expect(try sample.store.sealedEvents().map(\.event.job) == [first, second])
            #expect(try sample.store.firstBreak() == nil)
            #expect(try user.values("SELECT number FROM orders") == ["1"])
        }
    }

    @Test func `a key is kept by what is committed and by what the transaction itself has written`()
        async throws
    {
        try await withUser { sample, user in
            let committed = try await sample.enqueue(key: "order-1")
            try user.run("BEGIN IMMEDIATE")
            #expect(try enqueue(sample, user, key: "order-1").state.id == committed)
            let own = try enqueue(sample, user, key: "order-2")
            #expect(own.isNew)
            #expect(try enqueue(sample, user, key: "order-2").state.id == own.state.id)
            let replacing = EnqueueTerms(unique: Uniqueness(onConflict: .replace))
            #expect(try enqueue(sample, user, key: "order-1", terms: replacing).replaced == committed)
            try user.run("ROLLBACK")
            // The engine's own writer remembers nothing of it.
            #expect(try await sample.enqueue(key: "order-1") == committed)
            #expect(try await sample.enqueue(key: "order-2") != own.state.id)
            #expect(try sample.store.firstBreak() == nil)
        }
    }

    @Test func `what a savepoint of the caller's takes back is gone`() async throws {
        try await withUser { sample, user in
            try user.run("BEGIN IMMEDIATE")
            let first = try enqueue(sample, user).state.id
            try user.run("SAVEPOINT holdfast")
            _ = try enqueue(sample, user, key: "order-1")
            try user.run("ROLLBACK TO holdfast; RELEASE holdfast")
            let second = try enqueue(sample, user, key: "order-1")
            #expect(second.isNew)
            try user.run("COMMIT")
            #expect(try sample.store.sealedEvents().map(\.event.job) == [first, second.state.id])
            #expect(try sample.store.firstBreak() == nil)
        }
    }

    @Test func `the caller's connection is left as it was, and can be closed`() async throws {
        try await withUser { sample, user in
            let settings = [
                "synchronous", "foreign_keys", "cache_size", "recursive_triggers", "trusted_schema",
            ]
            let before = try settings.map { try user.value("PRAGMA \($0)") }
            try user.run("BEGIN IMMEDIATE")
            try enqueue(sample, user, key: "order-1")
            try user.run("COMMIT")
            #expect(try settings.map { try user.value("PRAGMA \($0)") } == before)
            #expect(sqlite3_next_stmt(user.handle, nil) == nil)
            // Its triggers are still on.
            #expect(throws: PlainDatabase.Refusal.self) { try user.run("DELETE FROM events") }
        }
    }

    @Test func `transactions of callers and of the log's own writer take turns under load`() async throws {
        try await withUser { sample, _ in
            try await withThrowingTaskGroup { group in
                for task in 0..<2 {
                    group.addTask {
                        let user = try PlainDatabase(folder.file())
                        for number in 0..<40 {
                            try user.run(
                                "BEGIN IMMEDIATE; INSERT INTO orders VALUES (\(task * 100 + number))")
                            try enqueue(sample, user, key: JobKey(unchecked: "order-\(number % 7)"))
                            try enqueue(sample, user)
                            try user.run(number % 4 == 3 ? "ROLLBACK" : "COMMIT")
                        }
                    }
                    group.addTask {
                        let (job, token) = try await sample.running()
                        for number in 0..<60 {
                            try await sample.work([.note(number), .note(number)], on: job, token)
                            try await sample.enqueue(key: JobKey(unchecked: "order-\(number % 5)"))
                        }
                        try await sample.work([.complete(output: .null)], on: job, token)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try sample.store.firstBreak() == nil)
            let keyed = try PlainDatabase(folder.file()).values(
                "SELECT key FROM jobs WHERE key IS NOT NULL ORDER BY key")
            #expect(keyed == (0..<7).map { "order-\($0)" })
            let nameless = try PlainDatabase(folder.file()).value(
                "SELECT (SELECT count(*) FROM jobs WHERE key IS NULL) - (SELECT count(*) FROM orders)")
            // Each order that was committed has one job; the two that ran have none.
            #expect(nameless == "2")
        }
        let before = try PlainDatabase(folder.file()).dump("jobs")
        try folder.store().rebuildProjections()
        #expect(try PlainDatabase(folder.file()).dump("jobs") == before)
    }
}

private struct ChangeOfPlan: Error {}
