import HoldfastCore
import HoldfastStore
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The lock files beside the database by which engine instances prove that they live.
///
/// Each engine holds `flock` on a file of its own; the kernel lets go when the process dies, however it dies.
/// Never `fcntl` locks, and never a lock on the database: those would be lost with the first descriptor that
/// is closed.
final class EngineLocks: Sendable {
    private struct State {
        /// The descriptors of the locks that this process holds.
        var held: [EngineID: Int32] = [:]
        /// The evidence is used up when it is found, so it is remembered for those who ask again.
        var dead: Set<EngineID> = []
    }

    private let databasePath: String
    private let state = Mutex(State())

    init(databasePath: String) { self.databasePath = databasePath }

    deinit {
        state.withLock { state in for descriptor in state.held.values { close(descriptor) } }
    }

    /// Creates and locks the file of an engine of this process.
    ///
    /// - Throws: `StoreError` when the file cannot be created, and `busy` when another process has the
    ///   engine's name.
    func announce(_ engine: EngineID) throws(StoreError) {
        try state.withLock { (state) throws(StoreError) in
            guard state.held[engine] == nil else { return }
            // Somebody who looks for dead engines may meet the file between its creation and its lock, and
            // remove it.
            for _ in 0..<100 {
                if let descriptor = try lock(engine) {
                    state.held[engine] = descriptor
                    return
                }
                poll(nil, 0, 1)
            }
            throw StoreError(
                .busy, operation: "announce an engine", reason: "another process runs as engine \(engine)")
        }
    }

    /// Removes the file of an engine of this process.
    func resign(_ engine: EngineID) {
        state.withLock { state in
            guard let descriptor = state.held.removeValue(forKey: engine) else { return }
            // First the name, then the lock: nobody can take the open lock for a death.
            unlink(path(of: engine))
            close(descriptor)
        }
    }

    /// Tells whether the process of an engine is dead for sure.
    ///
    /// False when it lives, and when there is no evidence.
    func isProvedDead(_ engine: EngineID) -> Bool {
        state.withLock { state in
            if state.dead.contains(engine) { return true }
            guard state.held[engine] == nil else { return false }
            let descriptor = open(path(of: engine), O_RDWR | O_CLOEXEC)
            guard descriptor >= 0 else { return false }
            defer { close(descriptor) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, isCurrent(descriptor, engine) else {
                return false
            }
            unlink(path(of: engine))
            state.dead.insert(engine)
            return true
        }
    }

    /// Tells whether a process holds the lock of an engine, and leaves the evidence where it is.
    ///
    /// A shared lock is tried for and given back at once. Who looks for the dead at that very moment, or announces
    /// itself, takes it for the lock of somebody who lives, and looks again.
    func isAlive(_ engine: EngineID) -> Bool {
        state.withLock { state in
            if state.held[engine] != nil { return true }
            let descriptor = open(path(of: engine), O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return false }
            defer { close(descriptor) }
            return flock(descriptor, LOCK_SH | LOCK_NB) != 0
        }
    }

    /// Tells whether an engine of any process lives on the database, this process included.
    ///
    /// Unlike `isProvedDead` it removes nothing.
    static func isAnybodyAlive(on databasePath: String) -> Bool {
        let slash = databasePath.lastIndex(of: "/") ?? databasePath.startIndex
        let (folder, name) = (String(databasePath[..<slash]), databasePath[slash...].dropFirst())
        guard let entries = opendir(folder.isEmpty ? "/" : folder) else { return false }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let found = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard found.hasPrefix("\(name).engine-"), found.hasSuffix(".lock") else { continue }
            let descriptor = open("\(folder)/\(found)", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            if flock(descriptor, LOCK_SH | LOCK_NB) != 0 { return true }
        }
        return false
    }

    /// Where the lock of an engine is.
    func path(of engine: EngineID) -> String { "\(databasePath).engine-\(name(of: engine)).lock" }

    /// The descriptor of the locked file; nil when somebody else holds the lock or removed the file
    /// meanwhile.
    private func lock(_ engine: EngineID) throws(StoreError) -> Int32? {
        let descriptor = open(path(of: engine), O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            let fault = errno
            throw StoreError(
                StoreError.Code(systemError: fault), operation: "announce an engine",
                reason:
                    "the lock file \(path(of: engine)) cannot be created: \(String(cString: strerror(fault)))"
            )
        }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0, isCurrent(descriptor, engine) { return descriptor }
        close(descriptor)
        return nil
    }

    /// Tells whether the open file still is the one with the engine's name.
    private func isCurrent(_ descriptor: Int32, _ engine: EngineID) -> Bool {
        var (opened, named) = (stat(), stat())
        guard fstat(descriptor, &opened) == 0, stat(path(of: engine), &named) == 0 else { return false }
        return opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
    }

    /// The engine's name where it is short and plain, else its digest.
    private func name(of engine: EngineID) -> String {
        let isPlain = engine.rawValue.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        }
        let isShort = engine.rawValue.utf8.count <= 63
        return isPlain && isShort ? engine.rawValue : SHA256Sum(of: engine.rawValue).hexadecimal
    }
}
