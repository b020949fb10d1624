extension MetricName {
    /// What it measures, in the words of the page *Observability*, which a test compares with these.
    package var meaning: String {
        switch self {
        case .jobsEnqueued: "jobs that were accepted"
        case .jobsStarted: "runs: a job that is retried or resumed starts again"
        case .jobsCompleted: "lives that ended well"
        case .jobsFailed: "lives that ended with an error"
        case .jobsCancelled: "lives that were cancelled"
        case .jobsRetried: "attempts that failed and will be followed by another one"
        case .jobsReopened: "new lives of ended jobs, as retry opens them"
        case .jobsCrashed: "runs whose process died or lost its lease"
        case .stepsCompleted: "results that were recorded"
        case .stepsFailed: "tries of steps that threw"
        case .jobWait: "queue latency: from ready to started"
        case .runDuration:
            "how long a worker had the job; end is completed, failed, cancelled, retried, "
                + "crashed or suspended"
        case .stepDuration: "how long the try took that gave a step's result"
        case .commits: "transactions that became durable"
        case .commitCommands: "commands that shared a transaction"
        case .commitEvents: "events of a transaction"
        case .commitDuration: "from taking the write lock until the transaction was durable"
        case .storeFailures: "calls of the store that failed and are repeated; read or write"
        case .jobsPruned: "jobs that were pruned, by rules or by hand"
        case .eventsPruned: "events that were deleted with them"
        case .retentionRuns: "looks of the engine for jobs that its rules let go; outcome is done or failed"
        case .linesOmitted: "log lines of jobs that found no room; the history says so as well"
        case .jobs: "jobs of a queue in a state, all processes together"
        case .writeAheadLog: "size of the write-ahead log"
        case .unread:
            "events that a reader has yet to look at: claimer, of those that matter to it, "
                + "or streams"
        case .streamsOpen: "streams that this server has open"
        }
    }
}
