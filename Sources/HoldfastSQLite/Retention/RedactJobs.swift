import HoldfastCore
import HoldfastStore

// What redaction takes away and leaves (P10).
extension Connection {
    /// Takes the values out of a job's events and deletes the rows that follow from them, all but the ones of this redaction.
    func redact(_ redaction: EngineRedacted) throws(StoreError) {
        let job = redaction.state.id
        var content: Set<String> = []
        for event in try readEvents(of: job, redaction.first, redaction.last) {
            content.formUnion(event.content)
            let redact = try statement(
                #"UPDATE events SET data = ?2, salt = NULL WHERE position = ?1"#, for: "redact an event")
            redact.bind(event.position, at: 1)
            redact.bind(EventCodec.redacted.text, at: 2)
            try redact.run()
            try erasePastState(endedAt: event.position)
        }
        for sha256 in content.sorted() { try endUse(of: sha256, by: job) }
        try eraseBlobs(leftBy: job)
        try eraseRows(of: job, limit: .max)
    }

    /// Writes the one row that is left of a job that was redacted.
    func insertRedacted(_ redaction: EngineRedacted) throws(StoreError) {
        try insertJob(redaction.state, span: EventSpan(first: redaction.first, last: redaction.last))
    }

    /// Deletes the bytes of files whose last use has ended, at once: nobody may find them later.
    private func eraseBlobs(leftBy job: JobID) throws(StoreError) {
        for sql: StaticString in [
            #"DELETE FROM blob_chunks WHERE blob IN (SELECT id FROM blobs WHERE upload = 'pruned-' || id AND job = ?1)"#,
            #"DELETE FROM blobs WHERE upload = 'pruned-' || id AND job = ?1"#,
        ] {
            let erase = try statement(sql, for: "redact a file")
            erase.bind(job, at: 1)
            try erase.run()
        }
    }

    /// The positions of a job's events, each with the large values and files that it refers to.
    private func readEvents(
        of job: JobID, _ first: EventLogPosition, _ last: EventLogPosition
    ) throws(StoreError) -> [(position: EventLogPosition, content: [String])] {
        let statement = try statement(
            #"""
            SELECT position, kind, schema_version, data
              FROM events INDEXED BY events_by_job
             WHERE position >> 12 = ?1 AND job = ?2
            """#, for: "find the events of a job")
        var events: [(position: EventLogPosition, content: [String])] = []
        for segment in LogSegment.number(of: first)...LogSegment.number(of: last) {
            statement.bind(segment, at: 1)
            statement.bind(job, at: 2)
            defer { statement.reset() }
            while try statement.step() {
                let event = try? EventCodec.decode(
                    kind: statement.text(1), schemaVersion: Int(statement.integer(2)),
                    data: JSONText(unchecked: statement.text(3)))
                guard let event else { throw statement.damaged("an event cannot be read") }
                events.append((statement.position(0), event.content))
            }
        }
        return events
    }
}
