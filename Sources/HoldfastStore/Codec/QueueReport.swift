public import HoldfastCore

/// A queue as people and programs look at it: what it allows, who paused it, and how many jobs it has.
public struct QueueReport: Hashable, Sendable {
    /// What it allows and who paused it.
    public let state: QueueState
    /// The number of its jobs in each state; those at zero are left out.
    public let jobs: [JobPhaseName: Int]

    /// Puts a report together.
    public init(state: QueueState, jobs: [JobPhaseName: Int]) {
        self.state = state
        self.jobs = jobs
    }

    /// Reads all queues that have jobs, limits or a pause, in the order of their names.
    ///
    /// - Throws: `StoreError` when the store cannot be read.
    public static func all(from reader: any MomentReader) throws(StoreError) -> [QueueReport] {
        var states: [QueueName: QueueState] = [:]
        for state in try reader.queues() { states[state.name] = state }
        var jobs: [QueueName: [JobPhaseName: Int]] = [:]
        for (key, count) in try reader.counters() {
            jobs[key.queue, default: [:]][key.phase] = count
        }
        return Set(states.keys).union(jobs.keys).sorted().map { name in
            QueueReport(state: states[name] ?? QueueState(name: name), jobs: jobs[name] ?? [:])
        }
    }

    /// Reads one queue; one that nobody ever used is there as well, without limits and jobs.
    ///
    /// - Throws: `StoreError` when the store cannot be read.
    public static func one(_ name: QueueName, from reader: any MomentReader) throws(StoreError)
        -> QueueReport
    {
        try all(from: reader).first { $0.state.name == name }
            ?? QueueReport(state: QueueState(name: name), jobs: [:])
    }

    /// Reads the object that `json` writes.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    public init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        let numbers = try fields.required("jobs", fields.object("jobs"))
        var jobs: [JobPhaseName: Int] = [:]
        for phase in JobPhaseName.allCases {
            jobs[phase] = try numbers.integer(phase.rawValue).map { Int($0) }
        }
        self.init(
            state: QueueState(
                name: try fields.required("queue", fields.name("queue")),
                limits: try fields.required("limits", fields.object("limits")).limits(),
                pause: try fields.object("paused")?.pause()),
            jobs: jobs)
    }

    /// The JSON of the report: `queue, limits, paused?, jobs`.
    public var json: JSONText {
        JSONWriter.object { writer in
            writer.field("queue", state.name)
            writer.key("limits")
            writer.object { $0.limits(state.limits) }
            if let pause = state.pause {
                writer.key("paused")
                writer.pause(pause)
            }
            writer.key("jobs")
            writer.object { numbers in
                for phase in JobPhaseName.allCases {
                    guard let count = jobs[phase] else { continue }
                    numbers.key(text: phase.rawValue)
                    numbers.number(Int64(count))
                }
            }
        }
    }
}
