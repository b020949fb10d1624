import HoldfastCore
import Testing

/// The wait between attempts.
struct RetryPolicyTests {
    private func waits(_ policy: RetryPolicy, _ failures: ClosedRange<Int>, random: Double = 0) -> [Duration]
    {
        failures.map { policy.delay(afterFailures: $0, random: random) }
    }

    @Test func `exponential waits grow by the factor up to the longest`() {
        let policy = RetryPolicy.exponential(
            maxAttempts: 9, initial: .seconds(2), factor: 3, maximum: .seconds(50), jitter: 0)
        #expect(waits(policy, 1...6) == [2, 6, 18, 50, 50, 50].map { .seconds($0) })
    }

    @Test func `waits below a second grow as well`() {
        let policy = RetryPolicy.exponential(
            maxAttempts: 9, initial: .milliseconds(1), factor: 10, maximum: .seconds(5), jitter: 0)
        #expect(waits(policy, 1...6) == [1, 10, 100, 1_000, 5_000, 5_000].map { .milliseconds($0) })
    }

    @Test func `a list of waits is gone through, and its last one stays`() {
        let policy = RetryPolicy.waits([.seconds(1), .seconds(30), .seconds(600)])
        #expect(policy.maxAttempts == 4)
        #expect(waits(policy, 1...5) == [1, 30, 600, 600, 600].map { .seconds($0) })
        #expect(waits(.waits([.seconds(10)], jitter: 0.5), 1...1, random: 0.5) == [.milliseconds(12_500)])
        #expect(RetryPolicy.waits([.seconds(1)], maxAttempts: 9).maxAttempts == 9)
    }

    @Test func `an empty list and a wait below zero are no wait`() {
        #expect(waits(.waits([]), 1...2) == [.zero, .zero])
        #expect(RetryPolicy.waits([]).maxAttempts == 1)
        #expect(waits(.waits([.seconds(-1)]), 1...2) == [.zero, .zero])
    }

    @Test func `the standard policy waits 1, 2, 4 and 8 seconds and at most a fifth longer`() {
        #expect(RetryPolicy.standard.maxAttempts == 5)
        #expect(waits(.standard, 1...4) == [1, 2, 4, 8].map { .seconds($0) })
        #expect(waits(.standard, 1...4, random: 1) == [1_200, 2_400, 4_800, 9_600].map { .milliseconds($0) })
    }

    @Test func `a longest wait below the first one is the only one`() {
        let policy = RetryPolicy.exponential(
            maxAttempts: 9, initial: .seconds(10), maximum: .seconds(3), jitter: 0)
        #expect(waits(policy, 1...3) == [3, 3, 3].map { .seconds($0) })
    }

    @Test(arguments: [1.0, 0.5, 0, -2, .nan])
    func `a factor that does not make longer leaves the wait as it is`(factor: Double) {
        let policy = RetryPolicy.exponential(maxAttempts: 9, initial: .seconds(10), factor: factor, jitter: 0)
        #expect(waits(policy, 1...3) == [10, 10, 10].map { .seconds($0) })
    }

    @Test func `constant waits are constant and no wait is none`() {
        #expect(
            waits(.constant(maxAttempts: 3, every: .seconds(7)), 1...3) == [7, 7, 7].map { .seconds($0) })
        #expect(waits(.none, 1...2, random: 1) == [.zero, .zero])
    }

    @Test func `a wait is never negative`() {
        #expect(
            waits(.constant(maxAttempts: 3, every: .seconds(-7), jitter: 1), 1...2, random: 1) == [
                .zero, .zero,
            ])
        let backwards = RetryPolicy.exponential(maxAttempts: 3, initial: .seconds(-1), jitter: 1)
        #expect(waits(backwards, 1...3, random: 1) == [.zero, .zero, .zero])
        let capped = RetryPolicy.exponential(maxAttempts: 3, maximum: .seconds(-1))
        #expect(waits(capped, 1...2) == [.zero, .zero])
    }

    @Test func `numbers outside of their bounds are moved to the nearest bound`() {
        #expect(RetryPolicy(maxAttempts: 0, backoff: .none).maxAttempts == 1)
        #expect(RetryPolicy(maxAttempts: .min, backoff: .none).maxAttempts == 1)
        #expect(RetryPolicy(maxAttempts: 1, backoff: .none, jitter: 7).jitter == 1)
        #expect(RetryPolicy(maxAttempts: 1, backoff: .none, jitter: -7).jitter == 0)
        #expect(RetryPolicy(maxAttempts: 1, backoff: .none, jitter: .nan).jitter == 0)
        let policy = RetryPolicy.constant(maxAttempts: 2, every: .seconds(10), jitter: 0.5)
        #expect(policy.delay(afterFailures: 1, random: 7) == .seconds(15))
        #expect(policy.delay(afterFailures: 1, random: -7) == .seconds(10))
        #expect(policy.delay(afterFailures: 1, random: .nan) == .seconds(10))
    }

    @Test(arguments: [Int.min, -1, 0])
    func `fewer failures than one wait like the first`(failures: Int) {
        #expect(RetryPolicy.standard.delay(afterFailures: failures, random: 0) == .seconds(1))
    }

    @Test func `any chance stays within the jitter and the wait never shrinks`() {
        Property.holds(from: 40_000_000) { seed in
            var generator = SplitMix64(seed: seed)
            let maximum = Duration.milliseconds(generator.number(1...10_000_000))
            let policy = RetryPolicy.exponential(
                maxAttempts: 50, initial: .milliseconds(generator.number(0...100_000)),
                factor: Double.random(in: 0.5...10, using: &generator), maximum: maximum,
                jitter: Double.random(in: 0...1, using: &generator))
            let random = Double.random(in: 0..<1, using: &generator)
            var last = Duration.zero
            for failures in 1...20 {
                let least = policy.delay(afterFailures: failures, random: 0)
                let wait = policy.delay(afterFailures: failures, random: random)
                try demand(least >= last && least <= maximum, "\(policy) waits \(least) after \(last)")
                try demand(wait >= least && wait <= least + least * policy.jitter, "\(policy) waits \(wait)")
                last = least
            }
        }
    }

    @Test func `many failures reach the longest wait`() {
        let policy = RetryPolicy.exponential(maxAttempts: .max, maximum: .seconds(86_400), jitter: 0)
        for failures in [100, 10_000, Int.max] {
            #expect(policy.delay(afterFailures: failures, random: 0) == .seconds(86_400))
        }
    }

    // In a process of its own, because a trap would take the other tests down.
    @Test func `a huge factor reaches the longest wait and does not trap`() async {
        await #expect(processExitsWith: .success) {
            for factor in [1e10, 1e100, Double.greatestFiniteMagnitude, .infinity] {
                for initial in [Duration.nanoseconds(1), .milliseconds(500), .seconds(1)] {
                    let policy = RetryPolicy.exponential(
                        maxAttempts: 9, initial: initial, factor: factor, maximum: .seconds(3_600), jitter: 0)
                    #expect(policy.delay(afterFailures: 5, random: 0) == .seconds(3_600))
                }
            }
        }
    }

    @Test func `the longest of all waits leads to the end of time and does not trap`() async {
        await #expect(processExitsWith: .success) {
            let forever = Duration.seconds(Int64.max)
            for policy in [
                RetryPolicy.constant(maxAttempts: 9, every: forever, jitter: 1),
                .exponential(maxAttempts: 9, initial: .seconds(1), maximum: forever, jitter: 1),
            ] {
                let wait = policy.delay(afterFailures: 500, random: 1)
                #expect(wait >= forever)
                #expect(Timestamp(microseconds: 0) + wait == .distantFuture)
            }
        }
    }
}
