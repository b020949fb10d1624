import HoldfastCore

// Lives in which somebody steers many jobs at once.
extension RecordedLife {
    static let bulk = [
        RecordedLife("cancelled-with-others") { job in
            try await job.enqueue(JobEnqueued(kind: "ledger.report", input: .null))
            try await job.steer(.pause(reason: "lunch"))
            try await job.steer(.resume(reason: nil))
            let order = BulkStarted(
                id: "0199c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e", command: .cancel(reason: "too many"),
                filter: JobFilter(phases: [.queued], kind: "ledger.report"), through: job.id)
            try await job.bulk(.started(order), by: .person("ana"))
            try await job.answer(
                RequestAnswered(
                    scope: RequestScope(id: "night", kind: nil, owner: "ana"),
                    sha256: RequestSamples.digest, answer: .bulk(order.id)))
            try await job.steer(.cancel(reason: "too many"))
            let count = BulkCount(matched: 1, changed: 1, refused: 0, cursor: job.id)
            let page = BulkProgressed(id: order.id, engine: "engine-1", count: count)
            try await job.bulk(.progressed(page), by: .engine("engine-1"))
            try await job.bulk(.finished(BulkFinished(id: order.id, count: count)), by: .engine("engine-1"))
        }
    ]
}
