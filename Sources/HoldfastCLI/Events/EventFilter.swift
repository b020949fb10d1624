import HoldfastCore
import HoldfastStore

/// Which events of a job are printed; what is nil is not asked for.
struct EventFilter: Hashable, Sendable {
    /// How far the clocks of several processes on one log may be apart.
    static let clockDifference: Duration = .seconds(60)

    /// Only events of these kinds.
    var kinds: Set<EventKind>?
    /// Only events of steps of this name, or of this step.
    var step: StepChoice?
    /// Only events that somebody caused.
    var actor: ActorChoice?
    /// Only events at this moment or later.
    var since: Timestamp?
    /// Only events before this moment.
    var until: Timestamp?
    /// Only events after this position.
    var after: EventLogPosition?
    /// Only events up to and including this position.
    var through: EventLogPosition?
    /// Only logged lines that are as serious as this or more; other events pass.
    var level: LogLevel?

    /// Tells whether an event is meant.
    func accepts(_ event: StoredEvent) -> Bool {
        if let kinds, !kinds.contains(where: { $0.rawValue == event.kind }) { return false }
        if let actor, !actor.accepts(event.actor) { return false }
        if let since, event.at < since { return false }
        if let until, event.at >= until { return false }
        if let after, event.position <= after { return false }
        if let through, event.position > through { return false }
        guard step != nil || level != nil else { return true }
        guard case .job(let fact) = try? event.decoded().event else { return false }
        if let step, !(fact.step.map(step.accepts) ?? false) { return false }
        if let level, case .logWritten(let line) = fact { return line.level.isAtLeast(level) }
        return true
    }

    /// Tells whether neither an event nor any behind it is meant.
    func isBehind(_ event: StoredEvent) -> Bool {
        if let through, event.position > through { return true }
        return until.map { event.at > $0 + EventFilter.clockDifference } ?? false
    }
}

/// A step, or all steps of a name.
struct StepChoice: Hashable, Sendable {
    /// The name.
    let name: StepName
    /// Which step of that name, from 1; nil for all of them.
    let occurrence: Int?

    /// Tells whether a step is meant.
    func accepts(_ step: StepKey) -> Bool {
        step.name == name && (occurrence.map { $0 == step.occurrence } ?? true)
    }
}

/// Somebody who causes events.
struct ActorChoice: Hashable, Sendable {
    /// What kind of actor; nil for any.
    let role: EventActor.Role?
    /// Who exactly; nil for all of that kind.
    let id: String?

    /// Tells whether an actor is meant.
    func accepts(_ actor: EventActor) -> Bool {
        (role.map { $0 == actor.role } ?? true) && (id.map { $0 == actor.id } ?? true)
    }
}

extension LogLevel {
    /// Tells whether it is as serious as another level or more.
    func isAtLeast(_ level: LogLevel) -> Bool {
        let order = LogLevel.allCases
        return order.firstIndex(of: self) ?? 0 >= order.firstIndex(of: level) ?? 0
    }
}

extension JobEvent {
    /// The step that the event is about; nil for all others.
    var step: StepKey? {
        switch self {
        case .stepStarted(let event): event.step
        case .stepCompleted(let event): event.step
        case .stepFailed(let event): event.step
        case .stepUnused(let event): event.step
        case .budgetCharged(let event): event.step
        case .attemptFailed(let event): event.failure.step
        case .failed(let event): event.failure.step
        default: nil
        }
    }
}
