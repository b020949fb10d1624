import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore

/// Works on a database file of this machine.
struct FileTarget: CommandTarget {
    /// How the file is open.
    enum Access: Sendable {
        /// For reading alone, so that the file may be one that must not be written.
        case reading(any StorageBackend)
        /// With an engine that runs no jobs.
        case writing(JobEngine)
    }

    let name: String
    let access: Access
    /// Who is recorded as the actor.
    let actor: EventActor

    /// Reads the file.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StorageReader) throws -> Result
    ) async throws -> Result {
        switch access {
        case .reading(let backend): try body(try backend.openReader())
        case .writing(let engine): try await engine.log.read(body)
        }
    }

    /// Where the rows are.
    var backend: any StorageBackend {
        switch access {
        case .reading(let backend): backend
        case .writing(let engine): engine.log.backend
        }
    }

    /// The engine of a file that is open for writing.
    var engine: JobEngine {
        get throws {
            guard case .writing(let engine) = access else {
                throw CommandFailure(.internalError, "a command that writes has opened \(name) to read it")
            }
            return engine
        }
    }

    func head() async throws -> LogHead { try await read { try $0.head() } }

    func jobs(named part: JobIDPart, limit: Int) async throws -> [JobState] {
        try await read { try $0.jobs(named: part, limit: limit) }
    }

    func jobs(_ query: JobQuery, at moment: LogMoment?) async throws -> [JobState] {
        try await read { try $0.at(moment).jobs(query) }
    }

    func sheet(of job: JobID, logs: Int, at moment: LogMoment?) async throws -> JobSheet {
        try await read { try JobSheet(job, logLimit: logs, from: try $0.at(moment)) }
    }

    func follow(
        _ job: JobID?, from start: StreamStart,
        _ body: @escaping @Sendable ([StoredEvent]) async throws -> Void
    ) async throws {
        try await EventTail(log: try engine.log, job: job).follow(from: start, body)
    }

    func artifacts(of job: JobID) async throws -> [ArtifactRecord] {
        try await read { reader in
            var records: [ArtifactRecord] = []
            while true {
                let page = try reader.artifacts(of: job, after: records.last?.name, limit: 1_000)
                records += page
                if page.count < 1_000 { return records }
            }
        }
    }

    func artifact(_ name: ArtifactName, of job: JobID) async throws -> ArtifactRecord? {
        try await read { try $0.artifact(name, of: job) }
    }

    func readContent(
        of artifact: ArtifactRecord, of job: JobID, _ body: ([UInt8]) throws -> Void
    ) async throws {
        var offset: Int64 = 0
        while offset < artifact.bytes {
            let chunk = try await read { [offset] in try $0.blob(artifact.sha256, from: offset) }
            guard let chunk, !chunk.isEmpty else { return }
            try body(chunk)
            offset += Int64(chunk.count)
        }
    }

    func readExport(
        of job: JobID, withArtifacts: Bool, _ body: ([UInt8]) throws -> Void
    ) async throws {
        switch access {
        case .reading(let backend):
            var exporter = JobExporter(job, from: backend.identity, withArtifacts: withArtifacts)
            let reader = try backend.openReader()
            while let bytes = try exporter.next(from: reader) { try body(bytes) }
        case .writing(let engine):
            for try await bytes in engine.exportJob(job, withArtifacts: withArtifacts) { try body(bytes) }
        }
    }

    func openCheckpoints(limit: Int, at moment: LogMoment?) async throws -> CheckpointPage {
        try await read { reader in
            let (found, isComplete) = try OpenCheckpoint.page(from: reader, at: moment, limit: limit)
            let documents = try found.map { open in
                switch open.summary {
                case .inline(let value): return CheckpointDocument(open.record, of: open.job, summary: value)
                case .stored(let reference):
                    let value = try reader.payload(reference) ?? .null
                    return CheckpointDocument(open.record, of: open.job, summary: value)
                }
            }
            return CheckpointPage(checkpoints: documents, next: nil, isComplete: isComplete)
        }
    }

    func queues(at moment: LogMoment?) async throws -> [QueueReport] {
        try await read { try QueueReport.all(from: try $0.at(moment)) }
    }

    func schedules(times: Int) async throws -> [ScheduleListing] {
        try await read { reader in
            var listed: [ScheduleListing] = []
            var last: ScheduleName?
            repeat {
                let page = try reader.schedules(after: last, limit: 500)
                last = page.last?.name
                listed += page.map { ScheduleListing(state: $0, next: times) }
            } while last != nil
            return listed
        }
    }

    func bulkOperations(limit: Int) async throws -> [BulkOperation] {
        try await read { try $0.bulkOperations(unfinishedOnly: false, limit: limit) }
    }

    func count(_ filter: JobFilter) async throws -> Int { try await engine.count(filter) }

    func forkOutline(of job: JobID, at step: StepKey) async throws -> ForkOutline {
        try await engine.forkPlan(of: job, at: step).outline
    }
}
