/// Who caused an event.
public struct EventActor: Hashable, Sendable, CustomStringConvertible {
    /// What kind of actor it is.
    public enum Role: String, Hashable, Sendable, CaseIterable {
        /// A worker that holds a job's lease.
        case worker
        /// A person, or a program acting for one, named by the subject of its credentials.
        case person
        /// A schedule that enqueued a job.
        case schedule
        /// The engine itself: timers, the reaper, retention.
        case engine
    }

    /// What kind of actor it is; `type` on the wire.
    public let role: Role
    /// Who exactly: a worker's name, a subject, a schedule's name or an engine id.
    public let id: String

    /// Names an actor.
    public init(role: Role, id: String) {
        self.role = role
        self.id = id
    }

    /// Names a worker.
    public static func worker(_ id: WorkerID) -> EventActor { .init(role: .worker, id: id.rawValue) }
    /// Names a person by the subject of its credentials.
    public static func person(_ id: String) -> EventActor { .init(role: .person, id: id) }
    /// Names a schedule that enqueued a job.
    public static func schedule(_ name: ScheduleName) -> EventActor {
        .init(role: .schedule, id: name.rawValue)
    }
    /// Names the engine instance that acted on its own account.
    public static func engine(_ id: EngineID) -> EventActor { .init(role: .engine, id: id.rawValue) }

    /// The role and the id, such as `person:ana`.
    public var description: String { "\(role.rawValue):\(id)" }
}
