import CBenchFloor
import HoldfastCore
import HoldfastEngine
import HoldfastSQLite
import HoldfastServer
import HoldfastStore

/// What an operator asks of a log, each asked often and with the calls that the commands make.
struct OperatorFigures {
    /// Milliseconds of many calls.
    struct Times {
        let median: Double
        let most: Double

        init(_ samples: [Double]) {
            let sorted = Percentiles(samples)
            (median, most) = (sorted.at(0.5), sorted.at(1))
        }
    }

    private let store: SQLiteStore
    private let reader: any StorageReader
    private let head: EventLogPosition
    private var chance = SystemRandomNumberGenerator()

    init(_ path: String) throws {
        store = try SQLiteStore(path: path, mode: .readOnly)
        reader = try store.openReader()
        head = try reader.head().position
    }

    /// Jobs of random events, as they were at a random moment from that event on.
    mutating func showPast(_ count: Int = 200) throws -> Times {
        try times(count) { figures in
            let (job, began) = try figures.randomJob()
            let moment = EventLogPosition(Int64.random(in: began.value...figures.head.value))
            return { _ = try JobSheet(job, logLimit: 10, from: try $0.at(.position(moment))) }
        }
    }

    /// One job at random positions of the whole log.
    mutating func showPast(of job: JobID, _ count: Int = 100) throws -> Times {
        try times(count) { figures in
            let moment = EventLogPosition(Int64.random(in: 1_000...figures.head.value))
            return { _ = try JobSheet(job, logLimit: 10, from: try $0.at(.position(moment))) }
        }
    }

    /// The jobs that ran early, in the middle and late, and those in between.
    mutating func running(_ count: Int = 40) throws -> Times {
        try past(JobFilter(phases: [.running]), count)
    }

    /// The jobs that had completed, which are the most.
    mutating func completed(_ count: Int = 40) throws -> Times {
        try past(JobFilter(phases: [.completed]), count)
    }

    private mutating func past(_ filter: JobFilter, _ count: Int) throws -> Times {
        var number = 0
        return try times(count) { figures in
            number += 1
            let moment = EventLogPosition(max(1, figures.head.value * Int64(number) / Int64(count)))
            return { _ = try $0.at(.position(moment)).jobs(JobQuery(filter, limit: 20)) }
        }
    }

    /// The first page of the failed jobs.
    mutating func failed() throws -> Times {
        try times(100) { _ in
            { _ = try $0.jobs(JobQuery(JobFilter(phases: [.failed]), limit: 20)) }
        }
    }

    /// All events of random jobs, and how long a plain SELECT takes for the same rows.
    mutating func history(_ count: Int = 200) throws -> (times: Times, plain: Times) {
        var plain: [Double] = []
        let times = try times(count) { figures in
            let job = try figures.randomJob().job
            var rows: Int64 = 0
            plain.append(1_000 * floor_select(figures.store.path, try figures.plainHistory(of: job), &rows))
            return { try OperatorFigures.readHistory(of: job, $0) }
        }
        return (times, Times(plain))
    }

    /// The numbers.
    mutating func statistics() throws -> Times {
        let (store, now) = (store, EngineEnvironment.system.now())
        return try times(100) { _ in
            { _ = try LogStatistics(of: store, reader: $0, at: nil, now: now) }
        }
    }

    /// The numbers as they were.
    mutating func pastStatistics() throws -> Times {
        let (store, now) = (store, EngineEnvironment.system.now())
        return try times(40) { figures in
            let moment = LogMoment.position(EventLogPosition(Int64.random(in: 1...figures.head.value)))
            return { _ = try LogStatistics(of: store, reader: $0, at: moment, now: now) }
        }
    }

    /// Why jobs are where they are: those that are under way, and as many others.
    mutating func standing() throws -> Times {
        let unfinished: Set<JobPhaseName> = [.running, .queued, .scheduled, .waiting, .paused]
        var jobs = try reader.jobs(JobQuery(JobFilter(phases: unfinished), limit: 50)).map(\.id)
        for _ in jobs.indices { jobs.append(try randomJob().job) }
        let (store, now) = (store, EngineEnvironment.system.now())
        return try times(jobs.count) { _ in
            let job = jobs.removeLast()
            return { _ = try JobStanding(job, from: $0, of: store, at: now) }
        }
    }

    /// A job that is named by the end of its id.
    mutating func named() throws -> Times {
        try times(40) { figures in
            let id = try figures.randomJob().job.description
            guard let part = JobIDPart(String(id.suffix(12))) else { return { _ in } }
            return { _ = try $0.jobs(named: part, limit: 5) }
        }
    }

    /// Jobs with a text in their names that none has, so that all are looked at that may be.
    mutating func text() throws -> Times {
        guard let text = JobText("no such text") else { return Times([]) }
        return try times(5) { _ in { _ = try $0.jobs(JobQuery(limit: 20), containing: text) } }
    }

    // MARK: -

    /// Prepares calls and measures them alone.
    private mutating func times(
        _ count: Int, _ prepare: (inout OperatorFigures) throws -> (any StorageReader) throws -> Void
    ) throws -> Times {
        Times(
            try (0..<count).map { _ in
                let call = try prepare(&self)
                let start = floor_monotonic_nanoseconds()
                try call(reader)
                return Double(floor_monotonic_nanoseconds() - start) / 1e6
            })
    }

    /// The job of a random event, so that jobs with many events come often.
    mutating func randomJob() throws -> (job: JobID, at: EventLogPosition) {
        while true {
            let before = EventLogPosition(Int64.random(in: 0..<head.value, using: &chance))
            let event = try reader.events(EventQuery(after: before, limit: 1)).events.first
            if let event, let job = event.job { return (job, event.position) }
        }
    }

    /// As `history` reads them, page by page.
    private static func readHistory(of job: JobID, _ reader: any StorageReader) throws {
        var after = EventLogPosition.beginning
        while true {
            let events = try reader.events(EventQuery(job: job, after: after, limit: 500)).events
            guard events.count == 500, let last = events.last else { return }
            after = last.position
        }
    }

    /// The same rows by their positions, which is the least that it can take.
    private func plainHistory(of job: JobID) throws -> String {
        let events = try reader.events(EventQuery(job: job, limit: 1_000)).events
        let positions = events.map(\.position.description).joined(separator: ", ")
        return
            "SELECT position, version, kind, at, attempt, actor, data FROM events WHERE position IN (\(positions))"
    }
}
