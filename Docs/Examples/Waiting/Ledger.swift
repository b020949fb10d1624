public import Holdfast

/// Asks for a file of rows to be posted to the books.
public struct ImportLedger: Job {
    /// The stored name.
    public static let kind: JobKind = "ledger.import"
    /// What became of it, for people.
    public typealias Output = String
    /// The rows' amounts.
    public var amounts: [Int]

    /// Asks for rows to be posted.
    public init(amounts: [Int]) { self.amounts = amounts }
}

/// Posts rows once a person has approved their total.
public struct ImportLedgerHandler: JobHandler {
    /// Makes a handler.
    public init() {}

    /// Adds up, asks, and posts.
    public func run(_ job: ImportLedger, _ context: JobContext) async throws -> String {
        let total = try await context.step("add up") { job.amounts.reduce(0, +) }
        let decision = try await context.checkpoint(
            "post-to-books", summary: ["total": total], timeout: .seconds(7 * 86_400))
        guard decision.isApproved else { return "rejected: \(decision.reason ?? "no reason given")" }
        return try await context.step("post") { "posted \(total), approved by \(decision.actor.id)" }
    }
}
