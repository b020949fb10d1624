public import HoldfastCore

/// Names the job, the attempt and the step in which code runs, also to code that was not handed a `JobContext`.
///
/// It is a task-local value: code that a handler calls sees it, and so do the child tasks of the handler's task, but
/// not a detached one.
public struct JobScope: Sendable {
    /// Where this task is; nil outside of handlers.
    @TaskLocal public static var current: JobScope?

    /// The step in whose body the code runs; nil outside of steps.
    public let step: StepKey?
    let context: JobContext

    init(_ context: JobContext, step: StepKey? = nil) {
        self.context = context
        self.step = step
    }

    /// The job that is run.
    public var job: JobID { context.job }
    /// The job's kind.
    public var kind: JobKind { context.origin.kind }
    /// The attempt, counted from 1.
    public var attempt: Int { context.attempt }
}
