import HoldfastCore

// What happens to schedules.
extension EventSummary {
    /// The line of an event of a schedule.
    func text(of event: ScheduleEvent, by actor: String) -> String {
        switch event {
        case .set(let event):
            let times = Self.words(for: event.definition.timing)
            return "\(event.name) by \(actor): \(event.definition.job.kind) \(times)\(next(event.nextDue))"
        case .removed(let event): return "\(event.name) by \(actor)\(event.reason.asReason)"
        case .paused(let event): return "\(event.name) by \(actor)\(event.reason.asReason)"
        case .resumed(let event):
            return "\(event.name) by \(actor)\(event.reason.asReason)\(next(event.nextDue))"
        case .fired(let event):
            let cause =
                event.isByHand
                ? "by \(actor)\(event.reason.asReason)" : "due \(span(event.missedFrom, event.due))"
            return "\(event.name) \(cause): job \(event.job)\(next(event.nextDue))"
        case .queued(let event):
            return
                "\(event.name) due \(span(event.missedFrom, event.due)) waits for the end of \(event.behind)"
        case .skipped(let event):
            return "\(event.name) due \(span(event.from, event.due)): \(Self.words(for: event.reason))"
                + next(event.nextDue)
        }
    }

    /// When a schedule is due, such as `at 0 3 * * * Europe/Berlin`.
    static func words(for timing: ScheduleTiming) -> String {
        switch timing {
        case .cron(let expression, let zone): "at \(expression) \(zone)"
        case .every(let seconds, _): "every \(interval(seconds))"
        }
    }

    /// A length as it may be typed, with nothing left out: `10m`, `1h 30m`, `2d`.
    private static func interval(_ seconds: Int64) -> String {
        let parts = [
            (seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "m"),
            (seconds % 60, "s"),
        ]
        return parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined(separator: " ")
    }

    private static func words(for reason: ScheduleSkipped.Reason) -> String {
        switch reason {
        case .overlap: "left out, because the job of the run before was unfinished"
        case .missed: "left out, because nothing ran then"
        case .paused: "left out, because the schedule was paused"
        }
    }

    private func span(_ first: Timestamp?, _ last: Timestamp) -> String {
        guard let first else { return moment(last) }
        return "\(moment(first)) to \(moment(last))"
    }

    private func next(_ due: Timestamp?) -> String { due.map { ", next \(moment($0))" } ?? ", never again" }
}
