import HoldfastCore

/// Compares the events without values that a walk meets with those that the log tells of.
struct Redactions {
    private struct Seen {
        var events: Int64 = 0
        var first: EventLogPosition
        var last: EventLogPosition
    }

    /// What the engine.redacted events say, by job.
    var told: [JobID: EngineRedacted] = [:]
    private var seen: [JobID: Seen] = [:]
    /// Jobs that were pruned after they were redacted, so that events of them are missing.
    private var pruned: Set<JobID> = []

    /// Notes an event whose values are gone.
    mutating func note(_ job: some Collection<UInt8>, at position: EventLogPosition) {
        guard let id = JobID(String(decoding: job, as: UTF8.self)) else { return }
        seen[id, default: Seen(first: position, last: position)].events += 1
        seen[id]?.last = position
    }

    /// Notes jobs that were pruned.
    mutating func note(_ jobs: [PrunedJob]) {
        for job in jobs where told[job.id] != nil { pruned.insert(job.id) }
    }

    /// Finds values that are gone and were not redacted, and values that were redacted and are there.
    func check(into report: inout AuditReport) {
        for (job, seen) in seen.sorted(by: { $0.value.first < $1.value.first }) {
            guard let told = told[job] else {
                report.note(
                    .redaction, at: seen.first,
                    "the values of job \(job) are gone from \(seen.first) on, and no engine.redacted event tells why"
                )
                continue
            }
            if seen.last > told.last {
                report.note(
                    .redaction, at: seen.last,
                    "the values of the event at \(seen.last) are gone and were not redacted")
            }
        }
        for (job, told) in told.sorted(by: { $0.value.first < $1.value.first })
        where !pruned.contains(job) && seen[job]?.events ?? 0 < told.state.version {
            report.note(
                .redaction, at: told.first,
                "job \(job) was redacted, and some of its events have values: its \(told.state.version) events were redacted, and \(seen[job]?.events ?? 0) are without values"
            )
        }
    }
}
