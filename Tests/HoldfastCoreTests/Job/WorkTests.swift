import HoldfastCore
import Testing

/// What a worker says while it holds the lease: progress, logs, events of the application, the result.
struct WorkTests {
    @Test func `the newest progress replaces all of the one before`() throws {
        let first = Progress(.count(done: 1, total: 4), phase: "parse", message: "one", counters: ["rows": 1])
        let second = Progress(.fraction(0.75))
        let job = try given(.enqueued(), .started())
            .when(worker: .updateProgress(first)).then(.progressUpdated(first))
        #expect(try job.state().progress == first)
        #expect(
            try job.when(worker: .updateProgress(second)).then(.progressUpdated(second)).state().progress
                == second)
    }

    @Test func `logs and events of the application are recorded as they are`() throws {
        let line = LogWritten(level: .warning, message: "odd", metadata: JSONText(unchecked: #"{"row":7}"#))
        let event = AppEmitted(name: "invoice.sent", payload: .inline(JSONText(unchecked: "[1]")))
        let job = try given(.enqueued(), .started())
        let before = try job.state()
        let after = try job.when(worker: .writeLog(line)).then(.logWritten(line))
            .when(worker: .emit(event)).then(.appEmitted(event)).state()
        #expect(after.version == before.version + 2)
        #expect(after.phase == before.phase)
    }

    @Test func `a file is recorded, and the same once more is nothing new`() throws {
        let job = try given(.enqueued(), .started())
        let saved = ArtifactSaved.sample()
        let once = try job.when(worker: .saveArtifact(saved, recorded: nil)).then(.artifactSaved(saved))
        let record = try #require(once.history.events.last.flatMap(ArtifactRecord.init))
        #expect(record.saved == saved)
        #expect(record.position == once.history.events.last?.position)
        once.when(worker: .saveArtifact(saved, recorded: record)).thenNothing()
        var other = saved
        other.sha256 = "cd"
        try once.when(worker: .saveArtifact(other, recorded: record)).then(.artifactSaved(other))
        other = saved
        other.mediaType = .bytes
        try once.when(worker: .saveArtifact(other, recorded: record)).then(.artifactSaved(other))
    }

    @Test func `what the handler returned ends the job`() throws {
        let output = Payload.stored(PayloadReference(sha256: "ab", bytes: 70_000))
        let job = try given(.enqueued(), .started())
        let done = try job.when(worker: .complete(output: output))
            .then(.completed(JobCompleted(output: output)))
        #expect(try done.phase() == .completed(at: job.history.time))
    }

    @Test func `a fraction is held between 0 and 1`() {
        #expect(Progress(.fraction(0.25)).fraction == 0.25)
        #expect(Progress(.fraction(-0.1)).amount == .fraction(0))
        #expect(Progress(.fraction(1.1)).amount == .fraction(1))
        #expect(Progress(.fraction(.infinity)).fraction == 1)
        #expect(Progress(.fraction(-.infinity)).fraction == 0)
        #expect(Progress(.fraction(.nan)).amount == .fraction(0))
    }

    @Test(
        arguments: [
            (0, 4, 0), (1, 4, 0.25), (4, 4, 1), (5, 4, 1), (-1, 4, 0), (0, 0, nil), (3, 0, nil), (3, -1, nil),
            (3, nil, nil), (.max, .max, 1), (.min, .max, 0),
        ] as [(Int64, Int64?, Double?)])
    func `the fraction of a count is known when the whole is`(done: Int64, total: Int64?, expected: Double?) {
        #expect(Progress(.count(done: done, total: total)).fraction == expected)
    }

    @Test func `progress without an amount has no fraction`() {
        #expect(Progress(phase: "waiting").fraction == nil)
    }

    @Test func `priorities are held between -100 and 100 and the higher one is greater`() {
        #expect(JobPriority(-101) == nil)
        #expect(JobPriority(101) == nil)
        #expect(JobPriority(-100)?.value == -100)
        #expect(JobPriority(100)?.value == 100)
        #expect(JobPriority(0) == .normal)
        #expect(JobPriority.low < .normal)
        #expect(JobPriority.normal < .high)
    }

    @Test func `kinds of events are stored as group and event`() {
        for kind in EventKind.allCases {
            let parts = kind.rawValue.split(separator: ".", omittingEmptySubsequences: false)
            #expect(parts.count == 2, "\(kind)")
            #expect(parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { $0 >= 0x41 && $0 <= 0x7A } })
        }
        #expect(LogEvent.job(.completed()).kind == .jobCompleted)
        let joined = WorkerJoined(worker: "worker-1", engine: "engine-1", queues: [], kinds: [])
        #expect(LogEvent.engine(.workerJoined(joined)).kind == .engineWorkerJoined)
    }
}
