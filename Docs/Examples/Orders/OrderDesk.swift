import CSQLite
public import Holdfast

/// Asks for the receipt of an order: the input of a job.
public struct SendReceipt: Job {
    /// The stored name.
    public static let kind: JobKind = "orders.receipt"
    /// The text that was sent.
    public typealias Output = String
    /// The number of the order.
    public var order: Int64

    /// Asks for the receipt of an order.
    public init(order: Int64) { self.order = order }
}

/// Sends receipts; here it only writes what it would send.
public struct SendReceiptHandler: JobHandler {
    /// Makes a handler.
    public init() {}

    /// Sends one receipt.
    public func run(_ job: SendReceipt, _ context: JobContext) async throws -> String {
        try await context.step("send") { "receipt of order \(job.order)" }
    }
}

/// Takes orders into a table of the program's own, in the same file as the log.
///
/// It belongs to one thread at a time, as its connection does.
public final class OrderDesk {
    private let engine: JobEngine
    private let connection: OpaquePointer

    /// Opens a connection of the program's own to the file of the engine's log.
    ///
    /// - Throws: `OrderFault`.
    public init(path: String, engine: JobEngine) throws {
        var opened: OpaquePointer?
        guard sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK, let opened else {
            sqlite3_close_v2(opened)
            throw OrderFault(message: "\(path) cannot be opened")
        }
        self.engine = engine
        connection = opened
        // The engine writes to the same file: wait for it instead of failing at once.
        sqlite3_busy_timeout(connection, 5000)
        try run("CREATE TABLE IF NOT EXISTS orders (number INTEGER PRIMARY KEY, customer TEXT NOT NULL)")
    }

    deinit { sqlite3_close_v2(connection) }

    /// Takes an order: its row and the job that sends its receipt exist both or neither.
    ///
    /// - Returns: The number of the order, and a handle of the job.
    /// - Throws: `OrderFault`, and what enqueueing throws.
    public func take(customer: String) throws -> (number: Int64, receipt: JobHandle<SendReceipt>) {
        // IMMEDIATE: the write lock is held from the start, and nothing in between can fail for want of it.
        try run("BEGIN IMMEDIATE")
        do {
            let number = try insertOrder(of: customer)
            let receipt = try engine.enqueue(
                SendReceipt(order: number), EnqueueOptions(key: JobKey(rawValue: "order-\(number)")),
                inTransactionOf: connection)
            try run("COMMIT")
            return (number, receipt)
        } catch {
            // Whatever went wrong, there is no order without its receipt, and no receipt without an order.
            sqlite3_exec(connection, "ROLLBACK", nil, nil, nil)
            throw error
        }
    }

    private func insertOrder(of customer: String) throws -> Int64 {
        guard !customer.isEmpty else { throw OrderFault(message: "an order has a customer") }
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        let sql = "INSERT INTO orders (customer) VALUES (?1)"
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK,
            sqlite3_bind_text(statement, 1, customer, -1, holdfast_sqlite_transient()) == SQLITE_OK,
            sqlite3_step(statement) == SQLITE_DONE
        else { throw fault() }
        return sqlite3_last_insert_rowid(connection)
    }

    private func run(_ sql: String) throws {
        guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else { throw fault() }
    }

    private func fault() -> OrderFault { OrderFault(message: String(cString: sqlite3_errmsg(connection))) }
}

/// What went wrong with an order.
public struct OrderFault: Error {
    /// One sentence.
    public let message: String
}
