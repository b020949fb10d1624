import HoldfastCore
import HoldfastStore

// How many jobs that ended there are behind another, and how large they are.
extension Connection {
    /// When the job ended behind which `count` jobs of a kind ended in a state, those after a moment left out.
    func readEndOfJob(
        _ kind: JobKind, _ state: JobPhaseName, behind count: Int, through moment: Timestamp
    ) throws(StoreError) -> Timestamp? {
        let statement = try statement(
            #"""
            SELECT finished_at
              FROM jobs INDEXED BY jobs_finished
             WHERE kind = ?1 AND state = ?2 AND finished_at IS NOT NULL AND finished_at <= ?3
             ORDER BY finished_at DESC
             LIMIT 1 OFFSET ?4
            """#, for: "find jobs to prune")
        defer { statement.reset() }
        statement.bind(kind, at: 1)
        statement.bind(state.rawValue, at: 2)
        statement.bind(moment, at: 3)
        statement.bind(count, at: 4)
        return try statement.step() ? Timestamp(microseconds: statement.integer(0)) : nil
    }

    /// What jobs of a kind that ended in a state take up, the last ended first.
    ///
    /// Nothing keeps these numbers: a running job would have to write its row for each event to do so. Each job's events are
    /// read, the first time that somebody wants to know.
    func readEndedSizes(
        _ kind: JobKind, _ state: JobPhaseName, through moment: Timestamp, behind last: EndedSize?, limit: Int
    ) throws(StoreError) -> [EndedSize] {
        let jobs = try statement(
            #"""
            SELECT id, first_position, last_position, finished_at
              FROM jobs INDEXED BY jobs_finished
             WHERE kind = ?1 AND state = ?2 AND finished_at IS NOT NULL AND finished_at <= ?3
               AND (finished_at < ?3 OR first_position < ?4)
             ORDER BY finished_at DESC, first_position DESC
             LIMIT ?5
            """#, for: "measure jobs")
        defer { jobs.reset() }
        jobs.bind(kind, at: 1)
        jobs.bind(state.rawValue, at: 2)
        jobs.bind(last?.finishedAt ?? moment, at: 3)
        jobs.bind(last?.first ?? EventLogPosition(.max), at: 4)
        jobs.bind(limit, at: 5)
        var sizes: [EndedSize] = []
        while try jobs.step() {
            let (id, first) = (try jobs.job(0), jobs.position(1))
            sizes.append(
                EndedSize(
                    first: first, finishedAt: Timestamp(microseconds: jobs.integer(3)),
                    bytes: try readBytes(of: id, from: first, through: max(first, jobs.position(2)))))
        }
        return sizes
    }

    private func readBytes(
        of job: JobID, from first: EventLogPosition, through last: EventLogPosition
    ) throws(StoreError) -> Int64 {
        let statement = try statement(
            #"""
            SELECT total(length(CAST(data AS BLOB))), total(instr(data, '"sha256"') > 0)
              FROM events INDEXED BY events_by_job
             WHERE position >> 12 = ?1 AND job = ?2
            """#, for: "measure jobs")
        var bytes: Int64 = 0
        var content: Set<String> = []
        for segment in LogSegment.number(of: first)...LogSegment.number(of: last) {
            statement.bind(segment, at: 1)
            statement.bind(job, at: 2)
            defer { statement.reset() }
            guard try statement.step() else { continue }
            bytes += statement.integer(0)
            if statement.integer(1) > 0 { content.formUnion(try readContent(of: job, in: segment)) }
        }
        for sha256 in content { bytes += try readBytes(ofContent: sha256) }
        return bytes
    }

    /// What the events of a job in a segment refer to.
    private func readContent(of job: JobID, in segment: Int64) throws(StoreError) -> Set<String> {
        let statement = try selectStream(
            of: job, segment: segment, after: .beginning, through: EventLogPosition(.max), descending: false)
        defer { statement.reset() }
        let rows = EventRows()
        var content: Set<String> = []
        while try statement.step() {
            let event = try rows.event(statement)
            // Others need not be read, nor can be where they were redacted.
            guard event.data.text.contains(#""sha256""#) else { continue }
            do {
                content.formUnion(try event.decoded().event.content)
            } catch {
                throw StoreError(.corrupt, operation: "measure jobs", reason: error.description)
            }
        }
        return content
    }

    /// The length of a large value or a file; 0 where it is not there.
    private func readBytes(ofContent sha256: String) throws(StoreError) -> Int64 {
        let statement = try statement(
            #"""
            SELECT coalesce(
                (SELECT bytes FROM payloads WHERE sha256 = ?1), (SELECT bytes FROM blobs WHERE sha256 = ?1), 0)
            """#, for: "measure jobs")
        defer { statement.reset() }
        statement.bind(sha256, at: 1)
        return try statement.step() ? statement.integer(0) : 0
    }
}
