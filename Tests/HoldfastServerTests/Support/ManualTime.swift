import HoldfastCore
import HoldfastTesting

/// The moment at which the clock of every test server stands at first.
enum ManualTime {
    static let seconds = Double(ManualClock().timestamp.microseconds) / 1_000_000
}
