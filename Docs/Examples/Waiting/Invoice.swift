public import Holdfast

/// Asks for an invoice to be sent and its payment to be waited for.
public struct Invoice: Job {
    /// The stored name.
    public static let kind: JobKind = "billing.invoice"
    /// What became of it, for people.
    public typealias Output = String
    /// The number of the invoice.
    public var number: Int

    /// Asks for an invoice to be sent.
    public init(number: Int) { self.number = number }
}

/// What the bank tells about a payment.
public struct Payment: Codable, Sendable {
    /// How much was paid.
    public var amount: Int

    /// Tells of a payment.
    public init(amount: Int) { self.amount = amount }
}

/// Sends invoices, waits two weeks for the payment, and sends the receipt a day later.
public struct InvoiceHandler: JobHandler {
    /// Makes a handler.
    public init() {}

    /// Sends, waits, and thanks.
    public func run(_ job: Invoice, _ context: JobContext) async throws -> String {
        try await context.step("send") { mail("invoice \(job.number)") }
        guard
            let payment = try await context.signal(
                "payment", as: Payment.self, timeout: .seconds(14 * 86_400))
        else { return "unpaid" }
        try await context.sleep("a day", for: .seconds(86_400))
        return try await context.step("thank") { "paid \(payment.amount)" }
    }

    /// Here nobody gets a mail.
    private func mail(_ text: String) {}
}
