import HoldfastCore

/// What an endpoint needs from its caller.
public enum Permission: String, Hashable, Sendable, CaseIterable {
    /// Enqueue a job that belongs to the owner.
    case enqueue
    /// See a job: its state, its history, its streams, its files.
    case readJob
    /// Change a job: cancel, pause, decide, signal, fork and the like.
    case steerJob
    /// See schedules, queues and bulk operations.
    case readEngine
    /// Change schedules and queues, and start bulk operations.
    case changeEngine
}

/// Decides what a caller may do: the one place that does.
///
/// Without a role callers have the jobs that belong to them. A role adds to that and takes nothing away.
enum AccessRule {
    /// To whose things a permission reaches.
    enum Reach: Int, Hashable, Sendable, Comparable {
        case none, own, all

        static func < (left: Reach, right: Reach) -> Bool { left.rawValue < right.rawValue }
    }

    /// What becomes of a request.
    enum Verdict: Hashable, Sendable {
        /// It is done.
        case allowed
        /// It is refused, and the caller is told so.
        case forbidden
        /// It is answered as if the thing did not exist.
        case hidden
    }

    /// How far a caller reaches.
    static func reach(of caller: Caller, for permission: Permission) -> Reach {
        caller.roles.map { reach(of: $0, for: permission) }.reduce(reach(of: nil, for: permission), max)
    }

    /// Decides about one thing.
    ///
    /// - Parameters:
    ///   - caller: Who asks.
    ///   - permission: What is asked for.
    ///   - owner: Whom the thing belongs to; nil when it belongs to nobody.
    /// - Returns: What becomes of it.
    static func verdict(_ caller: Caller, _ permission: Permission, owner: Owner?) -> Verdict {
        if allows(caller, permission, owner: owner) { return .allowed }
        let isAboutOneJob = permission == .readJob || permission == .steerJob
        // Who may not see a job may not learn either that it exists.
        return isAboutOneJob && !allows(caller, .readJob, owner: owner) ? .hidden : .forbidden
    }

    /// Narrows what is asked for to the jobs that a caller may see; nil when there is none among them.
    static func filter(_ asked: JobFilter, for caller: Caller) -> JobFilter? {
        guard reach(of: caller, for: .readJob) < .all else { return asked }
        guard asked.owner == nil || asked.owner == caller.subject else { return nil }
        var narrowed = asked
        narrowed.owner = caller.subject
        return narrowed
    }

    private static func allows(_ caller: Caller, _ permission: Permission, owner: Owner?) -> Bool {
        switch reach(of: caller, for: permission) {
        case .all: true
        case .own: owner == caller.subject
        case .none: false
        }
    }

    private static func reach(of role: CallerRole?, for permission: Permission) -> Reach {
        switch (role, permission) {
        case (.admin, _): .all
        case (.operator, .readJob), (.operator, .steerJob), (.operator, .readEngine): .all
        case (.viewer, .readJob), (.viewer, .readEngine): .all
        case (_, .enqueue), (_, .readJob), (_, .steerJob): .own
        case (_, .readEngine), (_, .changeEngine): .none
        }
    }
}
