import HoldfastCore
public import HoldfastStore
import Synchronization

extension InMemoryStore: KeyedStorage {
    /// The keys of jobs whose values are encrypted.
    public var keys: any KeyStorage { keyring }
}

/// Keeps keys in memory.
final class InMemoryKeys: KeyStorage {
    private enum Entry {
        case key(EncryptionKey)
        case destroyed
    }

    private let entries = Mutex<[JobID: Entry]>([:])

    func key(of job: JobID, creating: Bool) throws -> EncryptionKey {
        try entries.withLock { entries in
            switch entries[job] {
            case .key(let key): return key
            case .destroyed: throw EncryptionFault.keyDestroyed(job)
            case nil:
                guard creating else { throw EncryptionFault.keyMissing(job) }
                let key = EncryptionKey()
                entries[job] = .key(key)
                return key
            }
        }
    }

    func destroyKey(of job: JobID) throws(StoreError) {
        entries.withLock { if $0[job] != nil { $0[job] = .destroyed } }
    }
}
