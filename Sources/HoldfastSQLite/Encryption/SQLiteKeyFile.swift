import HoldfastCore
public import HoldfastStore
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

extension SQLiteStore: KeyedStorage {
    /// The keys of jobs whose values are encrypted, in a file of their own beside the database: its path and `.keys`.
    ///
    /// It is there once the first key was made, and for its owner only. A backup of the database does not contain it.
    public var keys: any KeyStorage { keyFile }
}

/// Keeps keys in a SQLite file whose deleted rows are overwritten.
final class SQLiteKeyFile: KeyStorage {
    private let path: String
    private let canWrite: Bool
    private let connection = Mutex<Transfer?>(nil)

    /// A connection is used by one thread at a time, under the lock.
    private struct Transfer: @unchecked Sendable { let connection: Connection }

    init(path: String, canWrite: Bool) {
        self.path = path
        self.canWrite = canWrite
    }

    func key(of job: JobID, creating: Bool) throws -> EncryptionKey {
        try connection.withLock { held in
            guard let connection = try self.connection(&held, creating: creating) else {
                throw EncryptionFault.keyMissing(job)
            }
            if let key = try connection.readKey(of: job) { return key }
            guard creating else { throw EncryptionFault.keyMissing(job) }
            // Somebody else may make one at the same time: the first one counts.
            try connection.insertKey(EncryptionKey(), of: job)
            guard let key = try connection.readKey(of: job) else { throw EncryptionFault.keyMissing(job) }
            return key
        }
    }

    func destroyKey(of job: JobID) throws(StoreError) {
        try connection.withLock { (held) throws(StoreError) in
            guard let connection = try self.connection(&held, creating: false) else { return }
            try connection.destroyKey(of: job)
            // What was written before may have left traces in free places.
            try connection.execute("VACUUM", for: "destroy a key")
        }
    }

    /// The connection, opened at its first use; nil when there is no file.
    private func connection(_ held: inout Transfer?, creating: Bool) throws(StoreError) -> Connection? {
        if let held { return held.connection }
        if access(path, F_OK) != 0 {
            guard creating else { return nil }
            guard canWrite else {
                throw StoreError(.readOnly, operation: "make a key", reason: "\(path) cannot be written")
            }
            // For its owner only from the first moment on.
            let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw StoreError(
                    .unavailable, operation: "make a key",
                    reason: "\(path) cannot be made: \(String(cString: strerror(errno)))")
            }
            close(descriptor)
        }
        let opened = try Connection(path: path, access: canWrite ? .write : .read)
        opened.setPatience(.seconds(5))
        if canWrite { try opened.prepareKeys() }
        held = Transfer(connection: opened)
        return opened
    }
}

extension Connection {
    fileprivate func prepareKeys() throws(StoreError) {
        let operation = "open the file with the keys"
        for setting in ["journal_mode = DELETE", "synchronous = EXTRA", "secure_delete = ON"] {
            _ = try values("PRAGMA \(setting)", for: operation)
        }
        try execute(
            "CREATE TABLE IF NOT EXISTS job_keys (job TEXT PRIMARY KEY NOT NULL, key BLOB) STRICT, WITHOUT ROWID",
            for: operation)
    }

    /// The key of a job; nil when there never was one.
    fileprivate func readKey(of job: JobID) throws -> EncryptionKey? {
        let read = try statement(#"SELECT key FROM job_keys WHERE job = ?1"#, for: "read a key")
        defer { read.reset() }
        read.bind(job, at: 1)
        guard try read.step() else { return nil }
        guard !read.isNull(0) else { throw EncryptionFault.keyDestroyed(job) }
        guard let key = EncryptionKey(read.blob(0)) else { throw read.damaged("a key has not 32 bytes") }
        return key
    }

    fileprivate func insertKey(_ key: EncryptionKey, of job: JobID) throws(StoreError) {
        let insert = try statement(
            #"INSERT INTO job_keys (job, key) VALUES (?1, ?2) ON CONFLICT DO NOTHING"#, for: "make a key")
        insert.bind(job, at: 1)
        key.withBytes { insert.bind($0, at: 2) }
        try insert.run()
    }

    fileprivate func destroyKey(of job: JobID) throws(StoreError) {
        let destroy = try statement(#"UPDATE job_keys SET key = NULL WHERE job = ?1"#, for: "destroy a key")
        destroy.bind(job, at: 1)
        try destroy.run()
    }
}
