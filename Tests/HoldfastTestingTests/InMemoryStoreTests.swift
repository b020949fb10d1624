import HoldfastTesting
import StoreConformance
import Testing

/// The in-memory store keeps the promises of every store.
struct InMemoryStoreTests {
    private let factory = StoreFactory("memory") {
        let store = InMemoryStore()
        return ConformanceStorage(store, reopen: { store })
    }

    @Test(arguments: ConformanceCase.all)
    func `the in-memory store conforms`(_ conformance: ConformanceCase) async throws {
        try await conformance.run(on: factory)
    }
}
