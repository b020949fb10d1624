import HoldfastClient
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore

/// What can be asked about jobs beyond what they are.
protocol InsightTarget: Sendable {
    /// Why a job is where it is; `now` is the moment of the question where the target has no clock of its own.
    func standing(of job: JobID, at now: Timestamp) async throws -> JobStanding
    /// What two runs have in common, and where they part; `rows` is how many steps are listed, from 1 to 1000.
    func compare(_ a: JobID, with b: JobID, rows: Int) async throws -> JobComparison
    /// Who decided what: a page of the audit trail, in one short read.
    func decisions(_ query: DecisionQuery) async throws -> DecisionPage
}

extension FileTarget {
    func standing(of job: JobID, at now: Timestamp) async throws -> JobStanding {
        let backend = backend
        return try await read { try JobStanding(job, from: $0, of: backend, at: now) }
    }

    func compare(_ a: JobID, with b: JobID, rows: Int) async throws -> JobComparison {
        try await RunComparer.compare(a, with: b, rows: rows) { try await read($0) }
    }

    func decisions(_ query: DecisionQuery) async throws -> DecisionPage {
        try await read { try query.page(from: $0) }
    }
}

extension ServerTarget {
    func standing(of job: JobID, at now: Timestamp) async throws -> JobStanding {
        try JobStanding(parsing: try await client.standing(of: job))
    }

    func compare(_ a: JobID, with b: JobID, rows: Int) async throws -> JobComparison {
        try JobComparison(parsing: try await client.compare(a, with: b, rows: rows))
    }

    func decisions(_ query: DecisionQuery) async throws -> DecisionPage {
        try DecisionPage(
            parsing: try await client.decisions(
                about: query.job, by: query.actor, of: query.kinds, since: query.since, until: query.until,
                includesEngines: query.includesEngines, after: query.after, limit: query.limit))
    }
}
