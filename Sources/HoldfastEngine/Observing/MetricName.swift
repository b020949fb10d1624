/// The name of something that an engine measures: a contract, like the names of events.
///
/// `Docs/Holdfast.docc/Observability.md` lists them with their units and dimensions, and a test compares that page with
/// this list. Values of dimensions are bounded: kinds, queues and words of this list, never ids.
package enum MetricName: String, CaseIterable, Sendable {
    case jobsEnqueued = "holdfast_jobs_enqueued_total"
    case jobsStarted = "holdfast_jobs_started_total"
    case jobsCompleted = "holdfast_jobs_completed_total"
    case jobsFailed = "holdfast_jobs_failed_total"
    case jobsCancelled = "holdfast_jobs_cancelled_total"
    case jobsRetried = "holdfast_jobs_retried_total"
    case jobsReopened = "holdfast_jobs_reopened_total"
    case jobsCrashed = "holdfast_jobs_crashed_total"
    case stepsCompleted = "holdfast_steps_completed_total"
    case stepsFailed = "holdfast_steps_failed_total"
    case jobWait = "holdfast_job_wait_seconds"
    case runDuration = "holdfast_run_duration_seconds"
    case stepDuration = "holdfast_step_duration_seconds"
    case commits = "holdfast_commits_total"
    case commitCommands = "holdfast_commit_commands"
    case commitEvents = "holdfast_commit_events"
    case commitDuration = "holdfast_commit_duration_seconds"
    case storeFailures = "holdfast_store_failures_total"
    case jobsPruned = "holdfast_jobs_pruned_total"
    case eventsPruned = "holdfast_events_pruned_total"
    case retentionRuns = "holdfast_retention_runs_total"
    case linesOmitted = "holdfast_log_lines_omitted_total"
    case jobs = "holdfast_jobs"
    case writeAheadLog = "holdfast_wal_bytes"
    case unread = "holdfast_log_unread_events"
    case streamsOpen = "holdfast_streams_open"

    /// What kind of instrument of swift-metrics it is.
    package enum Instrument: String, Sendable {
        case counter, timer, recorder, gauge
    }

    /// The instrument that it is measured with.
    package var instrument: Instrument {
        switch self {
        case .jobsEnqueued, .jobsStarted, .jobsCompleted, .jobsFailed, .jobsCancelled, .jobsRetried,
            .jobsReopened, .jobsCrashed, .stepsCompleted, .stepsFailed, .commits, .storeFailures,
            .jobsPruned, .eventsPruned, .retentionRuns, .linesOmitted:
            .counter
        case .jobWait, .runDuration, .stepDuration, .commitDuration: .timer
        case .commitCommands, .commitEvents: .recorder
        case .jobs, .writeAheadLog, .unread, .streamsOpen: .gauge
        }
    }

    /// The names of its dimensions, in the order in which they are given.
    package var dimensions: [String] {
        switch self {
        case .jobsEnqueued, .jobsStarted, .jobsCompleted, .jobsFailed, .jobsCancelled, .jobsRetried,
            .jobsReopened, .jobsCrashed, .stepsCompleted, .stepsFailed, .jobWait, .stepDuration:
            ["kind", "queue"]
        case .runDuration: ["kind", "queue", "end"]
        case .commits, .commitCommands, .commitEvents, .commitDuration, .linesOmitted, .writeAheadLog,
            .streamsOpen, .eventsPruned:
            []
        case .jobsPruned: ["kind"]
        case .retentionRuns: ["outcome"]
        case .storeFailures: ["purpose"]
        case .jobs: ["queue", "state"]
        case .unread: ["reader"]
        }
    }
}

/// How a run of a job ended, as far as its duration tells them apart.
enum RunEnd: String, CaseIterable {
    case completed, failed, cancelled, retried, crashed
    /// The job goes on later in the same attempt: it was drained, snoozed or waits for something.
    case suspended
}
