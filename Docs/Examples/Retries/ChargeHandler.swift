public import Holdfast

/// Charges a card, and says what becomes of the job when that fails.
public struct ChargeHandler: JobHandler {
    let cards: any CardService

    /// Charges with a service.
    public init(cards: any CardService) { self.cards = cards }

    /// Looks the card up, then charges it.
    public func run(_ job: Charge, _ context: JobContext) async throws -> String {
        // A step's own tries: the network is expected to fail now and then.
        let card = try await context.step("look up", retry: .constant(maxAttempts: 3, every: .seconds(2))) {
            try await cards.card(of: job.customer)
        }
        // The key makes the charge safe to repeat: the service knows it again.
        return try await context.step("charge") {
            try await cards.charge(card, job.cents, idempotencyKey: "\(context.job)")
        }
    }

    /// Waits as long as the service wants, and gives up on customers that it does not know.
    public func retryDecision(after error: any Error, failures: Int) -> RetryDecision? {
        switch error {
        case CardError.busy(let pause): .after(pause)
        case CardError.unknownCustomer: .discard
        // A refused card is a PermanentError; everything else is left to the policy.
        default: nil
        }
    }
}
