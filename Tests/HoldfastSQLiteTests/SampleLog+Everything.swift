import HoldfastCore
import HoldfastStore

extension SampleLog {
    /// Jobs in all states, random lives, workers, a large value, and a job with several snapshots that runs.
    func everything() async throws {
        _ = try await oneOfEach()
        // One that never ran, beside another that ended so.
        let pruned = try await enqueue()
        try await execute(.steer(.cancel(reason: nil)), on: pruned)
        _ = try await log.write { try $0.prune([pruned], limit: 9, reason: nil, by: .person("ana")) }
        try await lives(jobs: 40, rounds: 150, seed: 1)
        let (waiting, lease) = try await running()
        let gate = WaitKey(.checkpoint, "gate")
        try await work(
            [
                .openCheckpoint(CheckpointOpened(checkpoint: gate), recorded: nil),
                .wait([.wait(gate, until: nil)], isOver: false),
            ], on: waiting, lease)
        let (job, token) = try await running()
        for number in 0..<6 {
            try await work((0..<100).map { .note(number * 100 + $0) }, on: job, token)
        }
        _ = try await log.write {
            $0.record(
                .workerJoined(WorkerJoined(worker: "w", engine: "e", queues: [.default], kinds: ["a", "b"])),
                by: .engine("e"))
        }
        try await bulkOperations()
        try await requests()
        for (name, content) in [("a.txt", 1), ("b/c.txt", 2), ("a.txt", 3)] as [(ArtifactName, UInt8)] {
            try await save(name, [content, content], on: job, token)
        }
        try await schedules()
        try await limits()
        let value = try log.payload(.string(String(repeating: "x", count: 70_000)))
        try await log.write { transaction in
            value.keep(in: transaction)
            let event = AppEmitted(name: "large", payload: value.payload)
            try transaction.execute(.work(token, .emit(event)), on: job, by: .worker("worker-1"))
        }
    }
}
