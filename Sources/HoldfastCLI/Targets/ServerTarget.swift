import HoldfastAPI
import HoldfastClient
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore

/// Works on the database that a server has open, over HTTP.
struct ServerTarget: CommandTarget {
    /// How many jobs, schedules or checkpoints a page of the server has at most.
    static let pageLimit = 200

    let name: String
    let client: HoldfastClient
    /// Is told in words of connections that failed and will be made again.
    let notice: @Sendable (String) -> Void

    func head() async throws -> LogHead { try LogHead(parsing: try await client.head()) }

    func jobs(named part: JobIDPart, limit: Int) async throws -> [JobState] {
        try await client.jobs(id: part, limit: limit).jobs.map(JobStateCodec.decode)
    }

    func jobs(_ query: JobQuery, at moment: LogMoment?) async throws -> [JobState] {
        var (jobs, before) = ([JobState](), query.before)
        while jobs.count < query.limit {
            let page = try await client.jobs(
                query.filter, since: query.since, until: query.until, before: before,
                limit: min(query.limit - jobs.count, Self.pageLimit), at: moment)
            jobs += try page.jobs.map(JobStateCodec.decode)
            guard let next = page.next else { break }
            before = next
        }
        return jobs
    }

    func sheet(of job: JobID, logs: Int, at moment: LogMoment?) async throws -> JobSheet {
        try JobSheet(parsing: try await client.sheet(of: job, logs: min(logs, 1_000), at: moment))
    }

    func follow(
        _ job: JobID?, from start: StreamStart,
        _ body: @escaping @Sendable ([StoredEvent]) async throws -> Void
    ) async throws {
        let notice = notice
        let observer: StreamEvents.Observer = { error, rest in
            notice(
                "\(error); trying again in \(HumanUnits.duration(microseconds: rest.microsecondsRoundedUp))")
        }
        let events: StreamEvents
        if let job {
            events = client.events(of: job, from: start, observer: observer)
        } else {
            // What is wrong from the beginning is said, and not waited for.
            _ = try await client.history(from: .tail, limit: 1)
            events = client.events(from: start, observer: observer)
        }
        for try await event in events {
            if event.isStored {
                try await body([try StoredEvent(envelope: event.json)])
            } else if event.kind == "stream.gap" {
                notice("that position is not in the log of \(name); going on with the events that are")
            }
        }
    }

    func artifacts(of job: JobID) async throws -> [ArtifactRecord] {
        var (records, after) = ([ArtifactRecord](), ArtifactName?.none)
        repeat {
            let page = try await client.artifacts(of: job, after: after, limit: 1_000)
            records += page.artifacts
            after = page.next
        } while after != nil
        return records
    }

    func artifact(_ name: ArtifactName, of job: JobID) async throws -> ArtifactRecord? {
        try await artifacts(of: job).first { $0.name == name }
    }

    func readContent(
        of artifact: ArtifactRecord, of job: JobID, _ body: ([UInt8]) throws -> Void
    ) async throws {
        for try await chunk in client.content(of: artifact.name, of: job) { try body(chunk) }
    }

    func readExport(
        of job: JobID, withArtifacts: Bool, _ body: ([UInt8]) throws -> Void
    ) async throws {
        for try await bytes in client.export(of: job, withArtifacts: withArtifacts) { try body(bytes) }
    }

    func openCheckpoints(limit: Int, at moment: LogMoment?) async throws -> CheckpointPage {
        var found = CheckpointPage(checkpoints: [], next: nil)
        repeat {
            let page = try await client.openCheckpoints(
                after: found.next, limit: min(limit - found.checkpoints.count, Self.pageLimit), at: moment)
            found.checkpoints += page.checkpoints
            (found.next, found.isComplete) = (page.next, page.isComplete)
        } while found.next != nil && found.checkpoints.count < limit
        return found
    }

    func queues(at moment: LogMoment?) async throws -> [QueueReport] {
        try await client.queues(at: moment).queues.map(QueueReport.init(parsing:))
    }

    func schedules(times: Int) async throws -> [ScheduleListing] {
        var (listed, after) = ([ScheduleListing](), ScheduleName?.none)
        repeat {
            let page = try await client.schedules(times: times, after: after, limit: Self.pageLimit)
            listed += try page.schedules.map(ScheduleListing.init(parsing:))
            after = page.next
        } while after != nil
        return listed
    }

    func bulkOperations(limit: Int) async throws -> [BulkOperation] {
        try await client.bulkOperations(limit: limit).operations.map(BulkCodec.decode)
    }

    func count(_ filter: JobFilter) async throws -> Int {
        let body = BulkBody(.resume(reason: nil), filter, isDryRun: true)
        let fields = try JSONFields(try await client.bulk(body))
        return Int(try fields.required("matched", fields.integer("matched")))
    }

    func forkOutline(of job: JobID, at step: StepKey) async throws -> ForkOutline {
        try ForkOutline(parsing: try await client.fork(job, ForkBody(at: step, isDryRun: true)))
    }
}
