import HoldfastCore

// Lives that keep files.
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
        }
    ]
}
