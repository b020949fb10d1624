public import HoldfastStore

/// Makes the stores that the suite is run on: what an adapter's tests hand over.
public struct StoreFactory: Sendable, CustomStringConvertible {
    /// The name of the adapter, such as `SQLite`.
    public let description: String
    private let make: @Sendable () throws -> ConformanceStorage

    /// Describes an adapter.
    ///
    /// - Parameters:
    ///   - name: The name of the adapter.
    ///   - make: Makes a storage that nothing was written to; called once for each case.
    public init(_ name: String, make: @escaping @Sendable () throws -> ConformanceStorage) {
        description = name
        self.make = make
    }

    func makeStorage() throws -> ConformanceStorage { try make() }
}

/// One storage under test: its backend, another way into it, and how to clear it away.
public struct ConformanceStorage: Sendable {
    let backend: any StorageBackend
    let reopen: @Sendable () throws -> any StorageBackend
    let remove: @Sendable () -> Void

    /// Describes a storage.
    ///
    /// - Parameters:
    ///   - backend: The first way into the storage.
    ///   - reopen: Opens the same storage as another process would, while the first backend is in use and
    ///     afterwards.
    ///   - remove: Clears the storage away; called when every log on it was closed.
    public init(
        _ backend: any StorageBackend, reopen: @escaping @Sendable () throws -> any StorageBackend,
        remove: @escaping @Sendable () -> Void = {}
    ) {
        self.backend = backend
        self.reopen = reopen
        self.remove = remove
    }
}
