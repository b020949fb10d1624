import Foundation
import HoldfastCore
import HoldfastSQLite
import HoldfastStore
import Testing

/// Keys are in a file of their own, for its owner only, and one that was destroyed is nowhere.
@Suite("File with keys")
struct KeyFileTests {
    private let folder: TemporaryFolder
    private let job = JobID(high: 1, low: 2)

    init() throws { folder = try TemporaryFolder() }

    private func bytes(of key: EncryptionKey) -> Data { key.withBytes { Data($0) } }

    private func holds(_ name: String, _ bytes: Data) throws -> Bool {
        try Data(contentsOf: URL(filePath: folder.file(name))).range(of: bytes) != nil
    }

    @Test func `it is there with the first key, beside the database, for its owner`() throws {
        let store = try folder.store()
        let name = URL(filePath: store.path + ".keys").lastPathComponent
        #expect(try !folder.names().contains(name))
        #expect(throws: EncryptionFault.keyMissing(job)) { try store.keys.key(of: job, creating: false) }
        #expect(try !folder.names().contains(name))
        let key = bytes(of: try store.keys.key(of: job, creating: true))
        #expect(bytes(of: try store.keys.key(of: job, creating: true)) == key)
        let rights = try FileManager.default.attributesOfItem(atPath: folder.file(name))[.posixPermissions]
        #expect(rights as? Int == 0o600)
        #expect(try holds(name, key))
        for other in try folder.names() where other != name { #expect(try !holds(other, key), "\(other)") }
    }

    @Test func `another process finds it, and notices when it is destroyed`() throws {
        let (store, other) = (try folder.store(), try folder.store())
        let key = bytes(of: try store.keys.key(of: job, creating: true))
        #expect(bytes(of: try other.keys.key(of: job, creating: true)) == key)
        for number: UInt64 in 3..<40 {
            _ = try other.keys.key(of: JobID(high: 1, low: number), creating: true)
        }
        try store.keys.destroyKey(of: job)
        #expect(throws: EncryptionFault.keyDestroyed(job)) { try other.keys.key(of: job, creating: true) }
        #expect(throws: EncryptionFault.keyDestroyed(job)) { try store.keys.key(of: job, creating: false) }
        for name in try folder.names() { #expect(try !holds(name, key), "\(name)") }
        try store.keys.destroyKey(of: job)
        _ = try store.keys.key(of: JobID(high: 1, low: 5), creating: false)
    }

    @Test func `a file that is open for reading only makes no keys`() throws {
        let store = try folder.store()
        let key = bytes(of: try store.keys.key(of: job, creating: true))
        let reading = try SQLiteStore(path: store.path, mode: .readOnly)
        #expect(bytes(of: try reading.keys.key(of: job, creating: false)) == key)
        #expect(throws: StoreError.self) { try reading.keys.key(of: JobID(high: 9, low: 9), creating: true) }
    }
}
