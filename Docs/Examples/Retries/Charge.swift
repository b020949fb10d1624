public import Holdfast

/// Asks for an amount to be charged to a customer's card.
public struct Charge: Job {
    /// The stored name.
    public static let kind: JobKind = "card.charge"
    /// Three more attempts, further and further apart.
    public static let retry = RetryPolicy.waits([.seconds(10), .seconds(300), .seconds(3600)])
    /// The receipt.
    public typealias Output = String
    /// Whose card it is.
    public var customer: String
    /// How much, in cents.
    public var cents: Int

    /// Describes a charge.
    public init(customer: String, cents: Int) {
        self.customer = customer
        self.cents = cents
    }
}

/// What charges cards: a service somewhere in the network.
public protocol CardService: Sendable {
    /// The card of a customer.
    func card(of customer: String) async throws -> String
    /// Charges a card; the same key again gives the same receipt.
    func charge(_ card: String, _ cents: Int, idempotencyKey: String) async throws -> String
}

/// What the service says about a charge that it does not make.
public enum CardError: Error, Hashable {
    /// It has too much to do, and names a pause.
    case busy(Duration)
    /// It does not know the customer.
    case unknownCustomer
}

/// The bank refused the card: another attempt would only be refused again.
public struct CardRefused: PermanentError {
    /// Says that the bank refused a card.
    public init() {}
}
