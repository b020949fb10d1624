import HoldfastCore
import HoldfastStore
import Logging
import Synchronization

/// Prunes by the engine's rules: when it starts, and then again and again.
///
/// Every engine with rules has one. Whoever finds that another engine is at it looks again later; two that begin in the same
/// moment do each other no harm, because a job is deleted once.
struct RetentionDuty: Sendable {
    /// How long after one that failed the next look is taken, at most.
    private static let retryInterval: Duration = .seconds(60)

    private let runner: JobRunner
    private let policy: RetentionPolicy
    private let alarm: Alarm

    /// Prepares to prune; nil where no rules are.
    init?(_ runner: JobRunner) {
        guard let policy = runner.engine.configuration.retention, !policy.rules.isEmpty else { return nil }
        self.runner = runner
        self.policy = policy
        alarm = Alarm(runner.engine.environment)
    }

    /// Works until the task is cancelled.
    func run() async {
        alarm.set(at: runner.engine.environment.now())
        await alarm.run { await work() }
    }

    private func work() async {
        let engine = runner.engine
        do {
            if let other = try await otherAct(), engine.environment.now() < other {
                return alarm.set(at: other)
            }
            let pace = PrunePace(engine.environment)
            let report = try await engine.prune(policy.rules, reason: "retention") { _ in
                try await pace.rest()
            }
            engine.metrics?.retentionRan(succeeded: true)
            if report.jobs > 0 {
                runner.logger.info(
                    "Jobs were pruned by the rules of retention",
                    metadata: ["jobs": "\(report.jobs)", "events": "\(report.events)"])
            }
            alarm.set(at: engine.environment.now() + policy.interval)
        } catch is CancellationError {
            return
        } catch {
            engine.metrics?.retentionRan(succeeded: false)
            runner.logger.error("Retention fails; trying again", metadata: ["error": "\(error)"])
            alarm.set(at: engine.environment.now() + min(policy.interval, Self.retryInterval))
        }
    }

    /// Until when another engine that pruned last is taken to be at it; nil when nobody is.
    private func otherAct() async throws -> Timestamp? {
        let engine = runner.engine
        let query = EventQuery(kinds: [.enginePruned], limit: 1, fromEnd: true)
        guard let last = try await engine.fetch({ try $0.events(query).events.last }),
            last.actor.role == .engine, last.actor != .engine(engine.id)
        else { return nil }
        return last.at + engine.configuration.log.leaseDuration
    }
}

/// Lets everybody else write between two transactions of pruning.
///
/// It rests three times as long as the last one took, its wait for the writer included. So it takes a quarter of the writer's
/// time at most, and less the more there is to do.
private final class PrunePace: Sendable {
    /// The longest rest, because finding jobs counts as well.
    private static let longest: Duration = .seconds(2)

    private let environment: EngineEnvironment
    private let last: Mutex<Timestamp>

    init(_ environment: EngineEnvironment) {
        self.environment = environment
        last = Mutex(environment.now())
    }

    func rest() async throws {
        let took = environment.now() - last.withLock { $0 }
        if took > .zero { try await environment.sleep(min(took * 3, Self.longest)) }
        last.withLock { $0 = environment.now() }
    }
}
