import HoldfastCore

// What happens to schedules.
extension EventSamples {
    static let schedules: [ScheduleEvent] = set + steered + runs + skipped

    private static let set: [ScheduleEvent] =
        definitions.map { .set(ScheduleSet(name: "nightly-import", definition: $0, nextDue: moment)) }
        + definitions.prefix(1).map { .set(ScheduleSet(name: "büro", definition: $0, nextDue: nil)) }

    private static let steered: [ScheduleEvent] = reasons.flatMap { reason -> [ScheduleEvent] in
        [
            .removed(ScheduleRemoved(name: "nightly-import", reason: reason)),
            .paused(SchedulePaused(name: "nightly-import", reason: reason)),
            .resumed(
                ScheduleResumed(name: "nightly-import", reason: reason, nextDue: reason.map { _ in moment })),
        ]
    }

    private static let runs: [ScheduleEvent] = [
        .fired(
            ScheduleFired(
                name: "nightly-import", due: moment, missedFrom: earlier, job: job, isByHand: true,
                reason: reasons[0], nextDue: later)),
        .fired(ScheduleFired(name: "nightly-import", due: moment, job: job, nextDue: nil)),
        .queued(
            ScheduleQueued(
                name: "nightly-import", due: moment, missedFrom: earlier, behind: job, nextDue: later)),
        .queued(ScheduleQueued(name: "nightly-import", due: moment, behind: job, nextDue: nil)),
    ]

    private static let skipped: [ScheduleEvent] =
        ScheduleSkipped.Reason.allCases.map { reason -> ScheduleEvent in
            .skipped(
                ScheduleSkipped(
                    name: "nightly-import", due: moment, from: earlier, reason: reason, nextDue: later))
        } + [.skipped(ScheduleSkipped(name: "nightly-import", due: moment, reason: .overlap, nextDue: nil))]

    private static let earlier = Timestamp(microseconds: 1_791_381_780_000_000)
    private static let later = Timestamp(microseconds: 1_791_554_580_000_000)

    /// One of each timing and policy.
    private static var definitions: [ScheduleDefinition] {
        guard let cron = try? CronExpression("*/15 9-17 * jan-nov mon-fri") else { return [] }
        return [
            ScheduleDefinition(
                timing: .cron(cron, zone: "Europe/Berlin"),
                job: JobEnqueued(
                    kind: "ledger.import", handlerVersion: 2, queue: "imports", priority: .high,
                    input: payloads[0], key: "ledger", owner: "ana@example.com", tags: ["monthly"]),
                overlap: .allow, missed: .all),
            ScheduleDefinition(
                timing: .every(seconds: 600, anchor: moment),
                job: JobEnqueued(kind: "sample.job", input: stored, retry: .none), overlap: .queueOne,
                missed: .skip),
            ScheduleDefinition(
                timing: .every(seconds: 1, anchor: moment),
                job: JobEnqueued(kind: "sample.job", input: .null),
                overlap: .skip, missed: .once),
        ]
    }
}
