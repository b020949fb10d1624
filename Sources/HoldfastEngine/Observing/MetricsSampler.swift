import HoldfastCore
import HoldfastStore
import Logging

/// Looks from time to time at what no single commit tells: how much waits, and how far behind readers are.
///
/// It runs only where somebody measures.
struct MetricsSampler: Sendable {
    /// More events than the feed keeps at hand.
    private static let lookLimit = 1 << 24

    private let runner: JobRunner
    private let metrics: EngineMetrics

    /// Prepares to sample; nil when nobody measures.
    init?(_ runner: JobRunner) {
        guard let metrics = runner.engine.metrics else { return nil }
        self.runner = runner
        self.metrics = metrics
    }

    /// Samples at once, then at the configured distance until the task is cancelled.
    func run() async {
        let engine = runner.engine
        while !Task.isCancelled {
            do {
                try await sample()
                try await engine.environment.sleep(engine.configuration.metricsInterval)
            } catch is CancellationError {
                return
            } catch {
                // Not measured, and said so: the gauges stay as they were.
                metrics.storeFailed(.read)
                runner.logger.warning("Queues could not be measured", metadata: ["error": "\(error)"])
                // A cancelled wait ends the loop at its head.
                try? await engine.environment.sleep(engine.configuration.metricsInterval)
            }
        }
    }

    private func sample() async throws {
        let log = runner.engine.log
        metrics.setDepths(try await log.read { try $0.counters() })
        if let logged = log.backend as? any WriteAheadLogged {
            metrics.setWriteAheadLog(bytes: logged.writeAheadLogBytes)
        }
        metrics.setUnreadByClaimer(unread())
    }

    /// How many events that matter to the claiming loop it has not looked at; all of them, where the newest events
    /// are not at hand any more.
    private func unread() -> Int {
        let feed = runner.engine.log.feed
        let position = runner.claimerPosition
        guard let events = feed.recent(after: position, limit: MetricsSampler.lookLimit) else {
            return Int(feed.head.value - position.value)
        }
        return events.count { JobClaimer.relevant.contains($0.recorded.event.kind) }
    }
}
