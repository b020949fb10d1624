import HoldfastCore
import HoldfastStore
import Testing

/// A life of a job as a list of commands: what a history is recorded from.
struct RecordedLife: Sendable, CustomTestStringConvertible {
    /// The name of its history.
    let name: String
    private let commands: @Sendable (LifeRecording) async throws -> Void

    init(_ name: String, _ commands: @escaping @Sendable (LifeRecording) async throws -> Void) {
        self.name = name
        self.commands = commands
    }

    /// The name.
    var testDescription: String { name }

    /// Gives the commands to a new log, and what is in it at the end to `body`.
    func live(_ body: (_ events: [StoredEvent], _ outline: JobOutline) throws -> Void) async throws {
        let recording = try LifeRecording()
        do {
            try await commands(recording)
            try body(try await recording.events(), try await recording.outline())
        } catch {
            await recording.close()
            throw error
        }
        await recording.close()
    }

    /// All lives.
    static let all = ended + repeated + waiting + unfinished + costly + scheduled + bulk
}

extension JobEnqueued {
    /// The job of all recorded lives.
    static func ledger(
        notBefore: Timestamp? = nil, retry: RetryPolicy = .standard
    ) -> JobEnqueued {
        JobEnqueued(kind: "ledger.import", input: .null, notBefore: notBefore, retry: retry)
    }
}

// Lives that go straight to an end.
extension RecordedLife {
    private static let ended = [
        RecordedLife("completed") { job in
            try await job.join()
            var ledger = JobEnqueued.ledger()
            (ledger.handlerVersion, ledger.queue, ledger.priority) = (2, "imports", .high)
            (ledger.key, ledger.owner, ledger.tags) = ("ledger-2026-10", "ana", ["monthly", "bücher"])
            try await job.enqueue(ledger, input: #"{ "file": "ledger.csv", "rate": 1.50 }"#)
            let shift = try await job.start()
            try await shift.work(.writeLog(LogWritten(level: .info, message: "reading ledger.csv")))
            try await shift.step("parse", output: #"{"rows":1200}"#)
            try await shift.work(.updateProgress(Progress(.fraction(0), phase: "inserting")))
            try await shift.step("insert", 1, output: "500")
            try await shift.failStep(StepKey("insert", occurrence: 2), retryAt: job.now + .seconds(2))
            job.wait(.seconds(2))
            try await shift.step("insert", 2, output: "700")
            try await shift.work(
                .writeLog(
                    LogWritten(
                        level: .warning, message: "row 7 was repaired",
                        metadata: JSONText(unchecked: #"{"row":7}"#))))
            try await shift.work(
                .updateProgress(
                    Progress(
                        .count(done: 1200, total: 1200), phase: "inserting", message: "all rows",
                        counters: ["repaired": 1, "bytes": 48_213])))
            try await shift.work(.emit(AppEmitted(name: "ledger.balanced", payload: .null)))
            try await shift.step(
                "post", output: "[\(Array(repeating: "1", count: 100).joined(separator: ","))]")
            try await shift.complete("\"\(String(repeating: "posted ", count: 20))\"")
            try await job.leave()
        },
        RecordedLife("failed-after-retries") { job in
            try await job.enqueue(.ledger(retry: .exponential(maxAttempts: 3)))
            for _ in 1...2 {
                let shift = try await job.start()
                try await shift.failStep(StepKey("parse"))
                try await shift.fail(.ledger(in: StepKey("parse")))
                try await job.awaitDue()
            }
            let shift = try await job.start()
            try await shift.step("parse")
            try await shift.fail(.ledger())
        },
        RecordedLife("cancelled-while-running") { job in
            try await job.enqueue(.ledger())
            let shift = try await job.start()
            try await shift.begin("parse")
            try await job.steer(.cancel(reason: "a \"duplicate\" of October's"))
            // Asking again changes nothing, and records nothing.
            try await job.steer(.cancel(reason: "quickly"))
            try await shift.work(.cancel(reason: nil))
        },
        RecordedLife("cancelled-while-waiting") { job in
            try await job.enqueue(.ledger(notBefore: job.now + .seconds(600)))
            try await job.steer(.pause(reason: nil))
            try await job.steer(.resume(reason: "the books are open"))
            try await job.steer(.cancel(reason: nil))
        },
    ]

    private static let repeated = [
        RecordedLife("crashed-and-resumed") { job in
            try await job.join()
            try await job.enqueue(.ledger())
            let first = try await job.start()
            try await first.begin("parse")
            try await job.crash(first)
            let second = try await job.start(worker: "worker-2")
            job.wait(.seconds(30))
            try await job.crash(second, .unrenewed)
            // A recorded step begins the count of crashes anew.
            let third = try await job.start()
            try await third.step("parse")
            try await job.crash(third)
            for _ in 2...5 { try await job.crash(try await job.start()) }
            try await job.steer(.resume(reason: "more memory"))
            let last = try await job.start(worker: "worker-2")
            try await last.step("insert")
            try await last.complete()
        },
        RecordedLife("retried-into-a-second-life") { job in
            try await job.enqueue(.ledger())
            let first = try await job.start()
            try await first.step("parse", output: "7")
            try await first.step("convert")
            try await first.failStep(StepKey("insert"))
            try await first.work(.failAttempt(.ledger(in: StepKey("insert")), .discard))
            try await job.steer(.retry(reason: "the file was repaired"))
            let second = try await job.start()
            try await second.step("insert")
            try await second.work(.reportUnused([StepKey("convert")]))
            try await second.complete("true")
        },
        RecordedLife("snoozed-and-drained") { job in
            let nightly = EventActor(role: .schedule, id: "nightly")
            try await job.enqueue(.ledger(notBefore: job.now + .seconds(3600)), by: nightly)
            try await job.awaitDue()
            let first = try await job.start()
            try await first.work(.snooze(until: job.now + .seconds(60), reason: "the bank is closed"))
            try await job.awaitDue()
            try await job.start().work(.release(reason: "drain"))
            try await job.start().complete()
        },
    ]

    // One for each state in which a job waits for what comes next.
    private static let unfinished = [
        RecordedLife("unfinished-queued") { job in
            try await job.enqueue(.ledger())
            for _ in 1...2 { try await job.crash(try await job.start()) }
            try await job.start().work(.release(reason: "drain"))
        },
        RecordedLife("unfinished-running") { job in
            try await job.enqueue(.ledger())
            let shift = try await job.start(worker: "worker-2")
            try await shift.begin("parse")
            try await shift.work(.updateProgress(Progress(.count(done: 3, total: nil))))
            try await job.steer(.cancel(reason: "enough"))
        },
        RecordedLife("unfinished-limited") { job in
            let rate = QueueRate(100, per: .seconds(1))
            try await job.steerQueue(
                .configure(QueueLimits(concurrency: 3, rate: rate, weight: 2, perKey: 1)))
            try await job.steerQueue(.pause(reason: "until the audit is over"))
            var ledger = JobEnqueued.ledger()
            (ledger.queue, ledger.limitKey) = ("imports", "customer 7")
            try await job.enqueue(ledger)
            try await job.steerQueue(.resume(reason: nil), by: .person("bo"))
            try await job.start().begin("parse")
        },
        RecordedLife("unfinished-scheduled") { job in
            try await job.enqueue(.ledger(retry: .constant(maxAttempts: 2, every: .seconds(10))))
            try await job.start().fail(.ledger())
        },
        RecordedLife("unfinished-paused") { job in
            try await job.enqueue(.ledger(retry: .none), by: .person("bo"))
            let shift = try await job.start()
            try await shift.work(.snooze(until: job.now + .seconds(60), reason: nil))
            try await job.steer(.pause(reason: "until the audit is over"))
        },
    ]
}
