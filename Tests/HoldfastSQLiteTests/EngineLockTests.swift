import Foundation
import HoldfastCore
import HoldfastStore
import Testing

@testable import HoldfastSQLite

/// An engine's death is proved by the lock that the system takes from a process that ends, and by nothing else.
@Suite("Locks of engines")
struct EngineLockTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private static let flock = "/usr/bin/flock"
    private static let hasFlock = FileManager.default.isExecutableFile(atPath: flock)
    private static let noFlock: Comment = "there is no program flock"

    init() throws {
        folder = try TemporaryFolder()
        store = try folder.store()
    }

    private func lockFiles() throws -> [String] { try folder.names().filter { $0.hasSuffix(".lock") } }

    /// Drops a store as the death of its process would: the lock file stays.
    ///
    /// A program that any test is just starting holds copies of all descriptors for a moment, so the lock is awaited.
    private func crash(_ holder: inout SQLiteStore?, _ engine: EngineID) throws {
        holder = nil
        try ChildProcess.run(
            Self.flock, ["--timeout", "60", store.liveness.path(of: engine), "/bin/true"])
    }

    @Test(.enabled(if: hasFlock, noFlock))
    func `an engine in another process lives until that is killed, then it is proved dead`() throws {
        let path = store.liveness.path(of: "engine-1")
        // The shell replaces flock and keeps its lock; it ends with its input at the latest.
        let child = try ChildProcess(
            Self.flock, ["--no-fork", "--nonblock", path, "/bin/sh", "-c", "echo held; read line"])
        #expect(try child.line() == "held")
        #expect(store.isProvedDead("engine-1") == false)
        let busy = #expect(throws: StoreError.self) { try store.announce("engine-1") }
        #expect(busy?.code == .busy)
        #expect(try lockFiles() == ["log.db.engine-engine-1.lock"])

        #expect(store.isAlive("engine-1"))

        child.kill()
        // Asking who lives leaves the evidence where it is.
        #expect(store.isAlive("engine-1") == false)
        #expect(try lockFiles() == ["log.db.engine-engine-1.lock"])
        #expect(store.isProvedDead("engine-1"))
        // The evidence is used up, and remembered.
        #expect(try lockFiles().isEmpty)
        #expect(store.isProvedDead("engine-1"))
        #expect(try folder.store().isProvedDead("engine-1") == false)
    }

    @Test(.enabled(if: hasFlock, noFlock))
    func `a lock is not inherited by a program that the engine's process starts`() throws {
        var holder: SQLiteStore? = try folder.store()
        try holder?.announce("engine-1")
        let child = try ChildProcess("/bin/sh", ["-c", "echo started; read line"])
        #expect(try child.line() == "started")
        #expect(store.isProvedDead("engine-1") == false)
        // The lock goes although the child lives on.
        try crash(&holder, "engine-1")
        #expect(store.isProvedDead("engine-1"))
        withExtendedLifetime((child, holder)) {}
    }

    @Test func `who resigned leaves nothing behind and is not dead`() throws {
        let other = try folder.store()
        try store.announce("engine-1")
        try store.announce("engine-1")
        #expect(try lockFiles().count == 1)
        #expect(other.isProvedDead("engine-1") == false)
        store.resign("engine-1")
        store.resign("engine-1")
        #expect(try lockFiles().isEmpty)
        #expect(other.isProvedDead("engine-1") == false)
        try other.announce("engine-1")
        #expect(store.isProvedDead("engine-1") == false)
    }

    @Test func `a living engine's name cannot be taken, another's can`() throws {
        let other = try folder.store()
        try store.announce("engine-1")
        let error = #expect(throws: StoreError.self) { try other.announce("engine-1") }
        #expect(error?.code == .busy)
        #expect(error?.isRetryable == true)
        try other.announce("engine-2")
        #expect(try lockFiles().count == 2)
    }

    @Test(.enabled(if: hasFlock, noFlock))
    func `only one of many who look finds a dead engine's evidence`() throws {
        var holder: SQLiteStore? = try folder.store()
        try holder?.announce("engine-1")
        try crash(&holder, "engine-1")
        let lookers = try (0..<5).map { _ in try folder.store() }
        #expect(lookers.count { $0.isProvedDead("engine-1") } == 1)
        withExtendedLifetime(holder) {}
    }

    @Test(arguments: ["../../escape", "a/b", "ü ä", "a.b", String(repeating: "n", count: 200)])
    func `a strange name makes a plain file beside the database`(name: String) throws {
        let engine = EngineID(unchecked: name)
        try store.announce(engine)
        let file = try #require(try lockFiles().first)
        #expect(file.hasPrefix("log.db.engine-"))
        #expect(file.utf8.allSatisfy { $0 < 0x80 } && file.utf8.count < 120)
        #expect(try folder.store().isProvedDead(engine) == false)
        store.resign(engine)
        #expect(try lockFiles().isEmpty)
    }

    @Test func `an engine whose lock file has no place is told so`() throws {
        try FileManager.default.createDirectory(
            atPath: store.liveness.path(of: "engine-1"), withIntermediateDirectories: false)
        let error = #expect(throws: StoreError.self) { try store.announce("engine-1") }
        #expect(error?.operation == "announce an engine")
        #expect(error?.reason.contains(folder.path) == true)
        #expect(store.isProvedDead("engine-1") == false)
    }
}
