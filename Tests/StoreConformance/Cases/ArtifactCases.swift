import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let artifact: [ConformanceCase] = [
        ConformanceCase(.artifact, "bytes that were written in chunks are found once they are recorded") {
            log in
            let (job, token) = try await log.running()
            let upload = BlobUpload(id: "one", job: job, token: token)
            try await log.log.write { try $0.append([1, 2, 3], to: upload, at: 0) }
            try await log.log.write { try $0.append([4, 5], to: upload, at: 3) }
            // A chunk that is given twice, as after a commit of which nobody knows how it ended, changes nothing.
            try await log.log.write { try $0.append([4, 5], to: upload, at: 3) }
            let unfinished = [UnfinishedUpload(upload, bytes: 5)]
            #expect(try await log.log.read { try $0.uploads(limit: 9) } == unfinished)
            #expect(try await log.log.read { try $0.blob("5 bytes", from: 0) } == nil)
            #expect(try await log.log.read { try $0.artifacts(of: job, after: nil, limit: 9) } == [])
            let saved = ArtifactSaved(name: "a", mediaType: .bytes, bytes: 5, sha256: "5 bytes")
            try await log.save(saved, from: upload, on: job, token)
            #expect(try await log.log.read { try $0.uploads(limit: 9) } == [])
            let read = try await log.log.read { reader in
                try (0...6).map { try reader.blob("5 bytes", from: $0) }
            }
            #expect(read == [[1, 2, 3], [2, 3], [3], [4, 5], [5], [], []])
            #expect(try await log.events(EventQuery(kinds: [.artifactSaved])).count == 1)
        },
        ConformanceCase(
            .artifact, "the last file of a name is the one that is kept, and the history has both"
        ) {
            log in
            let (job, token) = try await log.running()
            for (name, sha256) in [("b", "1"), ("a/z", "2"), ("é", "1"), ("b", "3")]
                as [(ArtifactName, String)]
            {
                let upload = BlobUpload(id: "\(name) \(sha256)", job: job, token: token)
                try await log.log.write { transaction in
                    if try !transaction.hasBlob(sha256) { try transaction.append([7], to: upload, at: 0) }
                    let saved = ArtifactSaved(name: name, mediaType: .bytes, bytes: 1, sha256: sha256)
                    try transaction.save(saved, from: upload, on: job, token, by: .worker("worker-1"))
                }
            }
            let all = try await log.log.read { try $0.artifacts(of: job, after: nil, limit: 9) }
            #expect(all.map(\.name.rawValue) == ["a/z", "b", "é"])
            #expect(all.map(\.sha256) == ["2", "3", "1"])
            let page = try await log.log.read { try $0.artifacts(of: job, after: "a/z", limit: 1) }
            #expect(page == [all[1]])
            #expect(try await log.log.read { try $0.artifact("b", of: job) } == all[1])
            #expect(try await log.log.read { try $0.artifact("c", of: job) } == nil)
            #expect(try await log.events(EventQuery(kinds: [.artifactSaved])).count == 4)
            try await log.expectFoldedProjections()
        },
        ConformanceCase(
            .artifact, "the same file under the same name is recorded once, also in one transaction"
        ) {
            log in
            let (job, token) = try await log.running()
            let uploads = ["one", "two"].map { BlobUpload(id: $0, job: job, token: token) }
            let commands = uploads.map { upload -> @Sendable (LogTransaction) throws -> Void in
                { transaction in
                    try transaction.append([1, 2, 3], to: upload, at: 0)
                    try transaction.save(.sample, from: upload, on: job, token, by: .worker("worker-1"))
                }
            }
            #expect(try await log.together(commands).allSatisfy { $0 == nil })
            try await log.log.write(commands[1])
            #expect(try await log.events(EventQuery(kinds: [.artifactSaved])).count == 1)
            #expect(
                try await log.log.read { try $0.blob(ArtifactSaved.sample.sha256, from: 0) } == [1, 2, 3])
            // What was not taken is a leftover, until somebody removes it.
            #expect(try await log.log.read { try $0.uploads(limit: 9) }.map(\.upload) == [uploads[1]])
            try await log.log.write { $0.remove(uploads[1], from: 0) }
            #expect(try await log.log.read { try $0.uploads(limit: 9) } == [])
            #expect(
                try await log.log.read { try $0.blob(ArtifactSaved.sample.sha256, from: 0) } == [1, 2, 3])
        },
        ConformanceCase(.artifact, "a stale lease writes no byte, and a file without bytes is refused") {
            log in
            let (job, token) = try await log.running()
            let stale = LeaseToken(token.position.next)
            let head = try await log.head()
            let upload = BlobUpload(id: "stale", job: job, token: stale)
            await #expect(throws: JobRejection.leaseLost) {
                try await log.log.write { try $0.append([1], to: upload, at: 0) }
            }
            await #expect(throws: JobRejection.leaseLost) {
                try await log.save(.sample, from: upload, on: job, stale)
            }
            await #expect(throws: ArtifactFault.contentMissing(sha256: ArtifactSaved.sample.sha256)) {
                try await log.save(.sample, from: nil, on: job, token)
            }
            #expect(try await log.head() == head)
            #expect(try await log.log.read { try $0.uploads(limit: 9) } == [])
        },
        ConformanceCase(.artifact, "a file may have no bytes at all") { log in
            let (job, token) = try await log.running()
            let upload = BlobUpload(id: "empty", job: job, token: token)
            try await log.log.write { try $0.append([], to: upload, at: 0) }
            let saved = ArtifactSaved(name: "empty", mediaType: .text, bytes: 0, sha256: "none")
            try await log.save(saved, from: upload, on: job, token)
            #expect(try await log.log.read { try $0.blob("none", from: 0) } == [])
        },
        ConformanceCase(.artifact, "an upload can be removed from its end, piece by piece") { log in
            let (job, token) = try await log.running()
            let upload = BlobUpload(id: "long", job: job, token: token)
            for start in 0..<4 {
                try await log.log.write { try $0.append([1, 2], to: upload, at: Int64(start) * 2) }
            }
            try await log.log.write { $0.remove(upload, from: 4) }
            let shorter = [UnfinishedUpload(upload, bytes: 4)]
            #expect(try await log.log.read { try $0.uploads(limit: 9) } == shorter)
            #expect(try await !log.log.write { try $0.isAbandoned(upload) })
            try await log.work(.release(reason: "drain"), on: job, token)
            #expect(try await log.log.write { try $0.isAbandoned(upload) })
            try await log.log.write { $0.remove(upload, from: 0) }
            #expect(try await log.log.read { try $0.uploads(limit: 9) } == [])
        },
        ConformanceCase(
            .job, "what a job has spent is in its state while it runs, and after it was opened again"
        ) {
            log in
            let id = log.newID()
            try await log.log.write { transaction in
                var event = JobEnqueued.sample()
                event.budget = JobBudget(limit: 5, unit: "usd", policy: .fail)
                _ = try transaction.enqueue(event, as: id, by: .ana)
            }
            let token = try await log.start(id)
            try await log.work(.charge(JobCharge(4.000001, "usd")), on: id, token)
            try await log.work(.charge(JobCharge(7, "tokens")), on: id, token)
            for other in [log.log, try log.openAgain()] {
                let costs = try await other.read { try $0.job(id)?.costs }
                #expect(costs?.spent == ["usd": 4.000001, "tokens": 7])
                #expect(costs?.isWarned == true && costs?.budget?.policy == .fail)
            }
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.artifact, "what was saved is there when the storage is opened again") { log in
            let (job, token) = try await log.running()
            let upload = BlobUpload(id: "kept", job: job, token: token)
            try await log.log.write { transaction in
                try transaction.append([1, 2, 3], to: upload, at: 0)
                try transaction.save(.sample, from: upload, on: job, token, by: .worker("worker-1"))
            }
            let other = try log.openAgain()
            #expect(try await other.read { try $0.artifact("sample", of: job)?.saved } == .sample)
            #expect(try await other.read { try $0.blob(ArtifactSaved.sample.sha256, from: 0) } == [1, 2, 3])
        },
    ]
}

extension ArtifactSaved {
    /// A small file.
    static let sample = ArtifactSaved(name: "sample", mediaType: .bytes, bytes: 3, sha256: "123")
}

extension ConformanceLog {
    /// A job that runs.
    fileprivate func running() async throws -> (JobID, LeaseToken) {
        let job = try await enqueue()
        return (job, try await start(job))
    }

    /// Records a file.
    @discardableResult
    fileprivate func save(
        _ saved: ArtifactSaved, from upload: BlobUpload?, on job: JobID, _ token: LeaseToken
    ) async throws -> Bool {
        try await log.write { try $0.save(saved, from: upload, on: job, token, by: .worker("worker-1")) }
    }
}
