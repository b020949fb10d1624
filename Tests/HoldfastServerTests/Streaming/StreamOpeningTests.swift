import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Testing

@testable import HoldfastServer

@Suite("Opening a stream while the job moves", .timeLimit(.minutes(1)))
struct StreamOpeningTests {
    @Test func `a job that ends between two reads is over, for its end will come as no event`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let running = try await HandWorker(server, job)
            let earlier = try await server.engine.state(of: job)
            try await running.complete()
            #expect(earlier.phase.name == .running)
            #expect(try await server.opening(of: job, seenAs: earlier).state == .completed)
        }
    }

    @Test(arguments: [(cursor: 6, isGap: true), (cursor: 8, isGap: true), (cursor: 9, isGap: false)])
    func `a cursor before the first event that is left is told by a gap`(cursor: Int64, isGap: Bool)
        async throws
    {
        try await TestServer.run { server in
            try await server.finishedJob()
            let opening = try await server.engine.log.read { reader in
                try StreamOpening(
                    from: .after(EventLogPosition(cursor)), log: nil, in: "x",
                    reader: AlteredReader(pruned: EventLogPosition(9), reader: reader))
            }
            #expect(opening.gap == (isGap ? .pruned : nil))
            #expect(opening.earliest == EventLogPosition(10))
            #expect(opening.after == EventLogPosition(9))
        }
    }

    @Test(arguments: [(cursor: 6, isGap: true), (cursor: 9, isGap: false), (cursor: 0, isGap: false)])
    func `so is one before the first event that is left of a job`(cursor: Int64, isGap: Bool) async throws {
        try await TestServer.run { server in
            try await server.enqueue()
            let job = try await server.finishedJob()
            for (pruned, gap) in [(9, isGap ? StreamGap.pruned : nil), (0, nil)] {
                let opening = try await server.engine.log.read { reader in
                    try StreamOpening(
                        of: job, from: .after(EventLogPosition(cursor)), log: nil, in: "x", logLimit: 50,
                        reader: AlteredReader(pruned: EventLogPosition(Int64(pruned)), reader: reader))
                }
                #expect(opening.gap == gap)
                #expect(opening.after == EventLogPosition(gap == nil ? cursor : 9))
            }
        }
    }

    @Test func `a job that is begun again between two reads is not over`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let earlier = try await server.engine.state(of: job)
            try await server.engine.steer(.retry(reason: nil), job, by: .person("ana"))
            #expect(earlier.phase.name == .completed)
            #expect(try await server.opening(of: job, seenAs: earlier).state == .queued)
        }
    }
}

extension TestServer {
    /// Opens a stream with a snapshot, by a reader that saw the job before the snapshot was taken.
    fileprivate func opening(of job: JobID, seenAs earlier: JobState) async throws -> StreamOpening {
        let identity = engine.log.backend.identity
        return try await engine.log.read { reader in
            try StreamOpening(
                of: job, from: .snapshot, log: nil, in: identity, logLimit: 50,
                reader: AlteredReader(earlier: earlier, reader: reader))
        }
    }
}

/// Reads as a reader does that looked at the job before somebody else's commit and at all else after it, or from a log
/// whose beginning was pruned.
private struct AlteredReader: StorageReader {
    var earlier: JobState?
    /// Events up to this position are gone.
    var pruned = EventLogPosition.beginning
    let reader: any StorageReader

    func job(_ id: JobID) throws(StoreError) -> JobState? {
        if let earlier { return earlier }
        return try reader.job(id)
    }

    func head() throws(StoreError) -> LogHead { try reader.head() }
    func events(_ query: EventQuery) throws(StoreError) -> EventPage {
        var left = query
        left.after = max(query.after, pruned)
        return try reader.events(left)
    }
    func sealedEvents(after position: EventLogPosition, limit: Int) throws(StoreError) -> [SealedEvent] {
        try reader.sealedEvents(after: position, limit: limit)
    }
    func jobs(_ query: JobQuery) throws(StoreError) -> [JobState] { try reader.jobs(query) }
    func position(at moment: Timestamp) throws(StoreError) -> EventLogPosition {
        try reader.position(at: moment)
    }
    func jobs(_ query: JobQuery, at position: EventLogPosition) throws(StoreError) -> [JobID] {
        try reader.jobs(query, at: position)
    }
    func counters(at position: EventLogPosition) throws(StoreError) -> [QueueCountKey: Int] {
        try reader.counters(at: position)
    }
    func keptState(of job: JobID, at position: EventLogPosition) throws(StoreError) -> WriteSet.Snapshot? {
        try reader.keptState(of: job, at: position)
    }
    func step(_ step: StepKey, of job: JobID) throws(StoreError) -> StepRecord? {
        try reader.step(step, of: job)
    }

    func wait(_ key: WaitKey, of job: JobID) throws(StoreError) -> WaitRecord? {
        try reader.wait(key, of: job)
    }

    func waits(of job: JobID, _ query: WaitQuery) throws(StoreError) -> [WaitRecord] {
        try reader.waits(of: job, query)
    }

    func openCheckpoints(after position: EventLogPosition, limit: Int) throws(StoreError) -> [JobWait] {
        try reader.openCheckpoints(after: position, limit: limit)
    }
    func steps(of job: JobID, after key: StepKey?, limit: Int) throws(StoreError) -> [StepRecord] {
        try reader.steps(of: job, after: key, limit: limit)
    }
    func snapshot(of job: JobID, logLimit: Int) throws(StoreError) -> JobSnapshot? {
        try reader.snapshot(of: job, logLimit: logLimit)
    }
    func payload(_ reference: PayloadReference) throws(StoreError) -> JSONText? {
        try reader.payload(reference)
    }
    func artifact(_ name: ArtifactName, of job: JobID) throws(StoreError) -> ArtifactRecord? {
        try reader.artifact(name, of: job)
    }
    func artifacts(of job: JobID, after name: ArtifactName?, limit: Int) throws(StoreError)
        -> [ArtifactRecord]
    {
        try reader.artifacts(of: job, after: name, limit: limit)
    }
    func blob(_ sha256: String, from offset: Int64) throws(StoreError) -> [UInt8]? {
        try reader.blob(sha256, from: offset)
    }
    func uploads(limit: Int) throws(StoreError) -> [UnfinishedUpload] { try reader.uploads(limit: limit) }
    func counters() throws(StoreError) -> [QueueCountKey: Int] { try reader.counters() }
    func queues() throws(StoreError) -> [QueueState] { try reader.queues() }
    func queuedAhead(of job: JobState, limit: Int) throws(StoreError) -> Int {
        try reader.queuedAhead(of: job, limit: limit)
    }
    func leases() throws(StoreError) -> [Lease] { try reader.leases() }
    func bulkOperation(_ id: BulkID) throws(StoreError) -> BulkOperation? { try reader.bulkOperation(id) }

    func bulkOperations(unfinishedOnly: Bool, limit: Int) throws(StoreError) -> [BulkOperation] {
        try reader.bulkOperations(unfinishedOnly: unfinishedOnly, limit: limit)
    }

    func announcedKinds() throws(StoreError) -> Set<JobKind> { try reader.announcedKinds() }
    func earliestDue() throws(StoreError) -> Timestamp? { try reader.earliestDue() }
    func schedule(_ name: ScheduleName) throws(StoreError) -> ScheduleState? { try reader.schedule(name) }
    func schedules(after name: ScheduleName?, limit: Int) throws(StoreError) -> [ScheduleState] {
        try reader.schedules(after: name, limit: limit)
    }
    func scheduleAgenda() throws(StoreError) -> ScheduleAgenda { try reader.scheduleAgenda() }
}
