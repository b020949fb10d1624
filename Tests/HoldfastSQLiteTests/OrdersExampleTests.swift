import HoldfastCore
import HoldfastEngine
import HoldfastSQLite
import HoldfastStore
import Logging
import OrdersExample
import ServiceLifecycle
import Testing

/// The documented example of transactional enqueueing, run as it stands.
@Suite("Orders example", .timeLimit(.minutes(1)))
struct OrdersExampleTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var quiet: Logger { Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }) }

    private func withEngine(_ body: (JobEngine) async throws -> Void) async throws {
        try await JobEngine(try folder.store(), logger: quiet).closing(after: body)
    }

    @Test func `an order and its receipt exist both, and an engine sends the receipt`() async throws {
        try await withEngine { engine in
            engine.register(SendReceiptHandler())
            let services = ServiceGroup(services: [engine], logger: quiet)
            try await withThrowingTaskGroup { group in
                group.addTask { try await services.run() }
                for try await _ in LogTailer(engine.log, EventQuery(kinds: [.engineWorkerJoined])) { break }
                let (number, receipt) = try OrderDesk(path: folder.file(), engine: engine)
                    .take(customer: "ana")
                #expect(try await receipt.result() == "receipt of order \(number)")
                await services.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
        let plain = try PlainDatabase(folder.file())
        #expect(try plain.values("SELECT customer FROM orders") == ["ana"])
        #expect(try folder.store().firstBreak() == nil)
    }

    @Test func `an order that fails leaves neither`() async throws {
        try await withEngine { engine in
            let desk = try OrderDesk(path: folder.file(), engine: engine)
            #expect(throws: OrderFault.self) { _ = try desk.take(customer: "") }
            #expect(try folder.store().headPosition() == .beginning)
            let (number, receipt) = try desk.take(customer: "ben")
            #expect(number == 1)
            #expect(try await receipt.state().origin.key == "order-1")
        }
    }

    @Test func `a batch is enqueued in one transaction, all of it or nothing`() async throws {
        try await withEngine { engine in
            let user = try PlainDatabase(folder.file())
            try user.run("BEGIN IMMEDIATE")
            let handles = try engine.enqueue(
                contentsOf: (1...100).map { SendReceipt(order: $0) }, inTransactionOf: user.handle)
            #expect(handles.count == 100)
            let refused = EnqueueRequest(kind: "unheard.of", input: .emptyObject)
            let accepted = EnqueueRequest(kind: "any.kind", input: .emptyObject, acceptsAnyKind: true)
            #expect(throws: EnqueueRejection.unknownKind("unheard.of")) {
                try engine.enqueue(contentsOf: [accepted, refused], inTransactionOf: user.handle)
            }
            try user.run("COMMIT")
            #expect(try folder.store().headPosition() == EventLogPosition(100))
        }
    }

    @Test func `a process that dies before the commit leaves neither, and one after it both`() async throws {
        // What a kill leaves is what a connection leaves that is closed within its transaction.
        try await withEngine { engine in
            do {
                let user = try PlainDatabase(folder.file())
                try user.run("CREATE TABLE orders (number INTEGER PRIMARY KEY, customer TEXT)")
                try user.run("BEGIN IMMEDIATE; INSERT INTO orders VALUES (1, 'ana')")
                try engine.enqueue(SendReceipt(order: 1), inTransactionOf: user.handle)
            }
            #expect(try folder.store().headPosition() == .beginning)
            #expect(try PlainDatabase(folder.file()).values("SELECT number FROM orders").isEmpty)
            _ = try OrderDesk(path: folder.file(), engine: engine).take(customer: "ana")
        }
        #expect(try folder.store().headPosition() == EventLogPosition(1))
        #expect(try PlainDatabase(folder.file()).values("SELECT number FROM orders") == ["1"])
    }
}
