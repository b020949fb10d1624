import HoldfastClient
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore

/// What can be asked about jobs beyond what they are.
protocol InsightTarget: Sendable {
    /// Why a job is where it is; `now` is the moment of the question where the target has no clock of its own.
    func standing(of job: JobID, at now: Timestamp) async throws -> JobStanding
}

extension FileTarget {
    func standing(of job: JobID, at now: Timestamp) async throws -> JobStanding {
        let backend = backend
        return try await read { try JobStanding(job, from: $0, of: backend, at: now) }
    }

    /// Where the rows are.
    private var backend: any StorageBackend {
        switch access {
        case .reading(let backend): backend
        case .writing(let engine): engine.log.backend
        }
    }
}

extension ServerTarget {
    func standing(of job: JobID, at now: Timestamp) async throws -> JobStanding {
        try JobStanding(parsing: try await client.standing(of: job))
    }
}
