import HoldfastTesting

extension ManualClock {
    /// Waits until somebody waits for this length of time, rounded up to a microsecond, and lets it pass.
    func advancePast(_ length: Swift.Duration) async throws {
        try await timer(at: now.advanced(by: length).timestamp)
        advance(by: length)
    }
}
