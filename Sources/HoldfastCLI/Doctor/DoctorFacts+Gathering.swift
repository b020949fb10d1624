import HoldfastCore
import HoldfastEngine
import HoldfastSQLite
import HoldfastStore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension DoctorFacts {
    /// Asks the file system, SQLite and the log; nothing is changed.
    ///
    /// - Parameters:
    ///   - path: The database as it was named.
    ///   - isDeep: Whether every index is compared with its table.
    ///   - surroundings: Where the clock is.
    /// - Returns: The facts, as far as they can be known.
    /// - Throws: `CommandFailure` when there is no such file.
    static func gather(
        _ path: String, isDeep: Bool, in surroundings: CommandSurroundings
    ) async throws -> DoctorFacts {
        var facts = DoctorFacts(
            path: path, now: surroundings.now, libraryVersion: OpenStore.libraryVersion, user: getuid())
        // Beside the file itself, wherever links to it are.
        let place = resolved(path)
        facts.files = ["", "-wal", "-shm", ".keys"].compactMap { File(place + $0) }
        facts.deadLocks = deadLocks(of: place)
        facts.freeBytes = freeBytes(beside: place)
        do {
            facts.log = try await OpenStore(path: path, purpose: .reading).withTarget(
                actor: .person(surroundings.person), in: surroundings
            ) { target in
                guard let file = target as? FileTarget else { return nil }
                let (backend, now) = (file.backend, surroundings.now)
                return try await file.read { try Log(from: $0, of: backend, at: now) }
            }
        } catch let failure as CommandFailure {
            guard failure.code != .noSuchFile else { throw failure }
            facts.failure = failure.sentence
        }
        do {
            facts.inspection = try OpenStore.inspect(path, isDeep: isDeep)
        } catch {
            let sentence = ErrorSentences.failure(for: error, database: path).sentence
            facts.failure = facts.failure ?? sentence
        }
        return facts
    }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// The lock files of engines that nobody holds.
    ///
    /// Only these are opened, never the database: closing it would drop the locks that SQLite has on it.
    private static func deadLocks(of database: String) -> [String] {
        let slash = database.lastIndex(of: "/")
        let folder = slash.map { String(database[...$0]) } ?? "./"
        let start = slash.map { String(database[database.index(after: $0)...]) } ?? database
        return names(in: folder).filter { $0.hasPrefix("\(start).engine-") && $0.hasSuffix(".lock") }
            .map { slash == nil ? $0 : folder + $0 }.sorted().filter { lock in
                let descriptor = open(lock, O_RDONLY | O_CLOEXEC)
                guard descriptor >= 0 else { return false }
                defer { close(descriptor) }
                return flock(descriptor, LOCK_SH | LOCK_NB) == 0
            }
    }

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            names.append(name)
        }
        return names
    }

    private static func freeBytes(beside path: String) -> Int64? {
        var disk = statvfs()
        guard statvfs(path, &disk) == 0 else { return nil }
        return Int64(
            clamping: UInt64(disk.f_bavail).multipliedReportingOverflow(by: UInt64(disk.f_frsize))
                .partialValue)
    }
}

extension DoctorFacts.File {
    /// Looks at a file; nil when there is none.
    fileprivate init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(
            path: path, bytes: Int64(status.st_size), rights: UInt32(status.st_mode) & 0o777,
            owner: status.st_uid)
    }
}

extension DoctorFacts.Log {
    /// Reads what the log tells, a bounded part of it.
    fileprivate init(
        from reader: any StorageReader, of storage: any StorageBackend, at now: Timestamp
    ) throws {
        retention = try RetentionStanding(from: reader, of: storage, at: now)
        moments = try reader.events(EventQuery(limit: 1_000, fromEnd: true)).events.map(\.at)
        leases = try reader.leases()
        earliestDue = try reader.earliestDue()
        oldest = try reader.oldestUnfinished(limit: 256)
        queues = try reader.queues()
        kinds = try reader.announcedKinds()
        let running = try leases.prefix(256).compactMap { try reader.job($0.job) }
        let paused = try reader.jobs(JobQuery(JobFilter(phases: [.paused]), limit: 100))
        let crashed = Dictionary((running + paused + oldest).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        crashing = crashed.values.filter { $0.crashes > 1 }.sorted { $0.id < $1.id }
    }
}
