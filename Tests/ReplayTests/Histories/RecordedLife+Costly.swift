import HoldfastCore

// Lives that keep files and spend money.
extension RecordedLife {
    static let costly = [
        RecordedLife("files-kept") { job in
            try await job.enqueue(JobEnqueued(kind: "ledger.report", input: .null))
            let shift = try await job.start()
            let draft = ArtifactSaved(name: "out/report.txt", mediaType: .text, bytes: 7, sha256: "ab")
            try await shift.work(.saveArtifact(draft, recorded: nil))
            // The same once more, as a handler does that begins again, is nothing new.
            try await shift.work(.saveArtifact(draft, recorded: nil))
            let report = ArtifactSaved(
                name: "out/report.txt", mediaType: "application/pdf", bytes: 48_213, sha256: "cd")
            try await shift.work(.saveArtifact(report, recorded: nil))
            try await shift.complete()
        },
        RecordedLife("budget-raised") { job in
            var report = JobEnqueued(kind: "ledger.report", input: .null)
            report.budget = JobBudget(limit: 5, unit: "usd")
            try await job.enqueue(report)
            let first = try await job.start()
            try await first.work(.charge(JobCharge(1_200, "tokens")))
            try await first.work(
                .charge(JobCharge(4.1, "usd", step: StepKey("draft"), note: "the first draft")))
            try await first.work(.charge(JobCharge(0.95, "usd")))
            try await job.steer(.raiseBudget(to: 10.5, reason: "worth it"))
            try await job.steer(.resume(reason: nil))
            let second = try await job.start()
            try await second.work(.charge(JobCharge(1, "usd")))
            try await second.complete()
        },
    ]
}
