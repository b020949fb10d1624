/// A request to change a schedule.
public enum ScheduleCommand: Hashable, Sendable {
    /// Let it do this from now on; begin it if there is none of the name. An interval of the length that it has already
    /// keeps its anchor, unless the new one was `anchored` by whoever asked.
    case set(ScheduleDefinition, anchored: Bool)
    /// End it.
    case remove(reason: String?)
    /// Let it enqueue nothing before it is resumed.
    case pause(reason: String?)
    /// Let it go on; what fell due meanwhile is left out.
    case resume(reason: String?)
    /// Enqueue a job now, whatever the schedule says and also while it is paused.
    case run(reason: String?)
    /// Enqueue what is due. The newest run counts as on time when it is late by at most `grace`, any other as missed.
    case fire(grace: Duration)
}

/// Why a command on a schedule was refused.
///
/// Nothing was written.
public enum ScheduleRejection: Error, Hashable, Sendable {
    /// There is no schedule of this name.
    case unknownSchedule(ScheduleName)
    /// The expression cannot be read.
    case cron(CronFault)
    /// The machine knows no time zone of this name.
    case unknownZone(String)
    /// The interval is no whole number of seconds from 1.
    case interval(Duration)
    /// The job carries a moment of its own, which belongs into the schedule.
    case notBefore
    /// The job says what happens to repeats of its key, which is the schedule's to say.
    case uniqueness
}

extension ScheduleRejection: CustomStringConvertible {
    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .unknownSchedule(let name): "there is no schedule \"\(name)\""
        case .cron(let fault): fault.description
        case .unknownZone(let zone):
            "this machine knows no time zone \"\(zone)\": use a name of the tz database such as Europe/Berlin, or UTC"
        case .interval(let length):
            "an interval cannot be \(length): give whole seconds, from 1 to \(ScheduleDefinition.longestInterval)"
        case .uniqueness:
            "a schedule says itself what happens to repeats: leave unique and debounce out, and use its overlap policy"
        case .notBefore: "a schedule says itself when its jobs start: leave not_before out"
        }
    }
}

extension ScheduleDefinition {
    /// The longest interval in seconds: 100 years.
    public static let longestInterval: Int64 = 3_155_760_000
}

extension ScheduleState {
    /// Turns a command into the events that it causes: the rules of a schedule's life.
    ///
    /// An empty list means that what was asked for is so already.
    ///
    /// - Parameters:
    ///   - command: What is asked for.
    ///   - name: The schedule.
    ///   - state: The schedule as it is; nil when there is none.
    ///   - now: The moment of the command, by the injected clock.
    ///   - zone: The rules of the zone that the definition (the new one of `set`) names.
    ///   - blocker: The unfinished job among those of `mayBlock`, the first one of several.
    ///   - newJob: Gives an id for each job that is to be enqueued.
    /// - Returns: The events, in order. For each `fired` its job has to be enqueued in the same transaction.
    /// - Throws: `ScheduleRejection.unknownSchedule`.
    public static func decide(
        _ command: ScheduleCommand, on name: ScheduleName, _ state: ScheduleState?, at now: Timestamp,
        in zone: some ZoneRules, blocker: JobID?, newJob: () -> JobID
    ) throws(ScheduleRejection) -> [ScheduleEvent] {
        if case .set(var definition, let anchored) = command {
            if !anchored, case .every(let length, _) = definition.timing,
                case .every(length, let anchor) = state?.definition.timing
            {
                definition.timing = .every(seconds: length, anchor: anchor)
            }
            return set(definition, name, state, at: now, in: zone)
        }
        guard let state else { throw .unknownSchedule(name) }
        switch command {
        case .set: return []
        case .remove(let reason): return [.removed(ScheduleRemoved(name: name, reason: reason))]
        case .pause(let reason):
            return state.isPaused ? [] : [.paused(SchedulePaused(name: name, reason: reason))]
        case .resume(let reason): return state.isPaused ? state.resume(reason, at: now, in: zone) : []
        case .run(let reason):
            return [
                .fired(
                    ScheduleFired(
                        name: name, due: now, job: newJob(), isByHand: true, reason: reason,
                        nextDue: state.nextDue))
            ]
        case .fire(let grace):
            guard !state.isPaused else { return [] }
            var round = FiringRound(state, at: now, in: zone, blocker: blocker)
            round.fire(grace: grace, newJob: newJob)
            return round.events
        }
    }

    private static func set(
        _ definition: ScheduleDefinition, _ name: ScheduleName, _ state: ScheduleState?, at now: Timestamp,
        in zone: some ZoneRules
    ) -> [ScheduleEvent] {
        guard state?.definition != definition else { return [] }
        // What is due already stays due when only the job or a policy changes.
        let keepsTimes = state?.definition.timing == definition.timing
        let next = keepsTimes ? state?.nextDue : definition.timing.next(after: now, in: zone)
        return [.set(ScheduleSet(name: name, definition: definition, nextDue: next))]
    }

    private func resume(
        _ reason: String?, at now: Timestamp, in zone: some ZoneRules
    ) -> [ScheduleEvent] {
        guard let first = nextDue, first <= now else {
            return [.resumed(ScheduleResumed(name: name, reason: reason, nextDue: nextDue))]
        }
        let next = definition.timing.next(after: now, in: zone)
        let last = definition.timing.dues(from: first, through: now, limit: 1, in: zone).last ?? first
        return [
            .skipped(
                ScheduleSkipped(
                    name: name, due: last, from: first == last ? nil : first, reason: .paused, nextDue: next)),
            .resumed(ScheduleResumed(name: name, reason: reason, nextDue: next)),
        ]
    }
}
