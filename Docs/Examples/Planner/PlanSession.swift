import Foundation
import Holdfast
import HoldfastServer
import Hummingbird

/// Names a conversation of one caller with the planner, which has one plan at a time.
struct PlanSession {
    private static let cookieName = "planner_session"

    let name: String
    /// Makes the session's unfinished plan one of its kind.
    let key: JobKey
    /// Finds the session's plans, also those that have ended.
    let tag: JobTag

    /// Names a session; nil for no name.
    ///
    /// - Throws: `HTTPError` when the text can be no name.
    init?(_ name: String?) throws {
        guard let name else { return nil }
        guard let key = JobKey(rawValue: name), let tag = JobTag(rawValue: name) else {
            throw HTTPError(.badRequest, message: "session_id: \(TextIdentifierRules.explanation)")
        }
        (self.name, self.key, self.tag) = (name, key, tag)
    }

    /// Makes up a name.
    init(random: () -> UInt64) {
        name = [random(), random()].map { String($0, radix: 36) }.joined()
        (key, tag) = (JobKey(unchecked: name), JobTag(unchecked: name))
    }

    /// The session that a query names, or that a cookie keeps; nil where neither does.
    init?(_ request: Request) throws {
        try self.init(request.parameter("session_id") ?? request.cookies[PlanSession.cookieName]?.value)
    }

    /// The session of a path.
    init(_ path: Parameters) throws {
        guard let session = try PlanSession(path.get("session_id")?.removingPercentEncoding) else {
            throw JobRejection.unknownJob
        }
        self = session
    }

    /// Keeps the session in a browser for as long as that is open.
    var cookie: Cookie {
        Cookie(name: PlanSession.cookieName, value: name, path: "/", httpOnly: true, sameSite: .lax)
    }
}

extension PlanJob {
    /// The plan that a query asks for.
    init(_ request: Request) throws {
        guard let goal = try request.parameter("goal"), !goal.isEmpty else {
            throw HTTPError(.badRequest, message: "say what the plan is for: the parameter goal is missing")
        }
        self.init(
            goal: goal, proposal: try request.parameter("proposal") ?? "",
            maxIterations: try request.parameter("max_iterations", in: 1...50) ?? 1,
            checkpointInterval: try request.parameter("checkpoint_interval", in: 1...50) ?? 2)
    }
}
