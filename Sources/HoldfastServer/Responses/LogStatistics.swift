import HoldfastAPI
package import HoldfastCore
import HoldfastEngine
package import HoldfastStore

/// How much there is of what in a log; no rows are counted for it.
package struct LogStatistics: Hashable, Sendable {
    /// The unfinished job that was enqueued before all others.
    package struct OldestJob: Hashable, Sendable {
        /// Which job it is.
        package let job: JobID
        /// What kind of job it is.
        package let kind: JobKind
        /// The lane it is in.
        package let queue: QueueName
        /// Where it stands.
        package let phase: JobPhaseName
        /// When it was enqueued.
        package let enqueuedAt: Timestamp
    }

    /// The time over which events are counted.
    package static let recentTime: Duration = .seconds(60)

    /// The random identity of the log.
    package let identity: String
    /// The position of the last event.
    package let head: EventLogPosition
    /// How many events were written within the last minute; nil for the past.
    package let recentEvents: Int64?
    /// The size of the database in bytes, and of its write-ahead log; nil for the past, and where there are no files.
    package let databaseBytes, writeAheadLogBytes: Int64?
    /// The number of jobs of each queue in each state; those at zero are left out.
    package let queues: [QueueName: [JobPhaseName: Int]]
    /// The oldest unfinished job; nil when all are finished, and for the past.
    package let oldest: OldestJob?

    /// The number of jobs in each state, over all queues.
    package var jobs: [JobPhaseName: Int] {
        queues.values.reduce(into: [:]) { sums, counts in sums.merge(counts, uniquingKeysWith: +) }
    }

    /// Reads them.
    ///
    /// - Parameters:
    ///   - backend: The store.
    ///   - reader: A reader of it.
    ///   - moment: As it was then; nil for now.
    ///   - now: Up to when the last minute lasts.
    /// - Throws: `PastFault.behindEnd`, `StoreError`.
    package init(
        of backend: any StorageBackend, reader: any StorageReader, at moment: LogMoment?, now: Timestamp
    ) throws {
        let past = try reader.at(moment)
        let isNow = moment == nil
        let files = isNow ? backend as? any WriteAheadLogged : nil
        identity = backend.identity
        head = try past.head().position
        let before = now + (.zero - LogStatistics.recentTime)
        recentEvents = isNow ? max(0, head.value - (try reader.position(at: before)).value) : nil
        (databaseBytes, writeAheadLogBytes) = (files?.databaseBytes, files?.writeAheadLogBytes)
        var queues: [QueueName: [JobPhaseName: Int]] = [:]
        for (key, count) in try past.counters() {
            queues[key.queue, default: [:]][key.phase] = count
        }
        self.queues = queues
        let first = isNow ? try reader.oldestUnfinished(limit: 1).first : nil
        oldest = first.map { job in
            OldestJob(
                job: job.id, kind: job.origin.kind, queue: job.origin.queue, phase: job.phase.name,
                enqueuedAt: job.origin.enqueuedAt)
        }
    }

    /// Reads the object that `json` writes; further fields are passed over.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    package init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        let log = try fields.required("log", fields.object("log"))
        identity = try log.required("identity", log.string("identity"))
        head = try log.position("head")
        recentEvents = try log.integer("events_last_minute")
        (databaseBytes, writeAheadLogBytes) = (try log.integer("file_bytes"), try log.integer("wal_bytes"))
        let lists = try fields.required("queues", fields.object("queues"))
        var queues: [QueueName: [JobPhaseName: Int]] = [:]
        for name in lists.keys {
            let counts = try lists.required(name, lists.object(name))
            guard let queue = QueueName(rawValue: name) else {
                throw JSONFieldError(field: "queues", expected: "counts by the names of queues")
            }
            for phase in JobPhaseName.allCases {
                queues[queue, default: [:]][phase] = try counts.integer(phase.rawValue).map { Int($0) }
            }
        }
        self.queues = queues
        oldest = try fields.object("oldest_unfinished").map(OldestJob.init)
    }

    /// One object: `log, jobs, queues, oldest_unfinished?`.
    package var json: JSONText { JSONWriter.object { write(into: &$0) } }

    /// Writes the fields of the object.
    package func write(into writer: inout JSONWriter) {
        writer.key("log")
        writer.object { log in
            log.field("identity", identity)
            log.field("head", head.description)
            if let recentEvents { log.field("events_last_minute", recentEvents) }
            if let databaseBytes { log.field("file_bytes", databaseBytes) }
            if let writeAheadLogBytes { log.field("wal_bytes", writeAheadLogBytes) }
        }
        writer.key("jobs")
        writer.object { $0.states(jobs) }
        writer.key("queues")
        writer.object { list in
            for (queue, counts) in queues.sorted(by: { $0.key < $1.key }) {
                list.key(text: queue.rawValue)
                list.object { $0.states(counts) }
            }
        }
        guard let oldest else { return }
        writer.key("oldest_unfinished")
        writer.object { job in
            job.field("job", oldest.job.description)
            job.field("kind", oldest.kind)
            job.field("queue", oldest.queue)
            job.field("state", oldest.phase.rawValue)
            job.field("enqueued_at", oldest.enqueuedAt)
        }
    }
}

extension LogStatistics.OldestJob {
    fileprivate init(_ fields: JSONFields) throws {
        guard let job = try fields.string("job").flatMap(JobID.init) else {
            throw JSONFieldError(field: "job", expected: "the id of a job")
        }
        guard let phase = try fields.string("state").flatMap(JobPhaseName.init(rawValue:)) else {
            throw JSONFieldError(field: "state", expected: "a state")
        }
        self.init(
            job: job, kind: try fields.required("kind", fields.name("kind")),
            queue: try fields.required("queue", fields.name("queue")), phase: phase,
            enqueuedAt: try fields.required("enqueued_at", fields.timestamp("enqueued_at")))
    }
}

extension JSONWriter {
    /// How many jobs are in each state; states without a job are left out.
    fileprivate mutating func states(_ counts: [JobPhaseName: Int]) {
        for phase in JobPhaseName.allCases {
            guard let count = counts[phase], count > 0 else { continue }
            key(text: phase.rawValue)
            number(Int64(count))
        }
    }
}
