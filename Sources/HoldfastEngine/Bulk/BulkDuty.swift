import HoldfastCore
import HoldfastStore
import Logging

/// Goes on with the bulk operations that are not finished, whoever began them.
///
/// It looks when the engine starts, when an operation was recorded, and when it is time to see whether another engine that
/// was at one still is.
struct BulkDuty: Sendable {
    private let runner: JobRunner
    private let alarm: Alarm

    init(_ runner: JobRunner) {
        self.runner = runner
        alarm = Alarm(runner.engine.environment)
    }

    /// Works until the task is cancelled.
    func run() async {
        let engine = runner.engine
        let signals = engine.log.feed.signals(for: [.bulkStarted])
        alarm.set(at: engine.environment.now())
        await withTaskGroup { group in
            group.addTask {
                for await _ in signals { alarm.set(at: engine.environment.now()) }
            }
            group.addTask { await alarm.run { await work() } }
        }
    }

    private func work() async {
        let engine = runner.engine
        do {
            let unfinished = try await engine.fetch {
                try $0.bulkOperations(unfinishedOnly: true, limit: 100)
            }
            // The oldest first, and one after the other: a page keeps the writer busy as it is.
            for operation in unfinished.reversed() { try await finish(operation.id) }
        } catch is CancellationError {
            return
        } catch {
            runner.logger.error("Bulk operations cannot go on; trying again", metadata: ["error": "\(error)"])
            alarm.set(at: engine.environment.now() + engine.configuration.storeRetryInterval)
        }
    }

    private func finish(_ id: BulkID) async throws {
        while !Task.isCancelled {
            switch try await BulkTurn(runner.engine).take(id) {
            case .done: continue
            case .finished: return
            case .left(_, let until): return alarm.set(at: until)
            }
        }
    }
}
