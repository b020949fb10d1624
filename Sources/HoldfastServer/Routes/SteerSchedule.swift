import HTTPTypes
package import HoldfastAPI
package import HoldfastCore
package import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `PUT /v1/schedules/:name`: sets what the schedule enqueues when.
    ///
    /// Safe to repeat: the same again writes nothing.
    func setSchedule(_ request: Request, _ path: Parameters, by caller: Caller) async throws -> Response {
        let name = try path.schedule()
        let body = try ScheduleBody(parsing: try await request.bytes(upTo: bodyLimit))
        var asked = try body.request(named: name)
        asked.job.options.owner = asked.job.options.owner ?? caller.owner
        let (state, isChanged) = try await namingKinds {
            [engine] in try await engine.setSchedule(asked, by: caller.actor)
        }
        return .json(ScheduleListing(state: state, next: 5).json.adding("changed", isChanged))
    }

    /// `DELETE /v1/schedules/:name`: ends the schedule; its jobs stay.
    func removeSchedule(_ request: Request, _ path: Parameters, by caller: Caller) async throws -> Response {
        let body = try SteerBody(parsing: try await request.bytes(upTo: 64 * 1024))
        try await engine.removeSchedule(try path.schedule(), reason: body.reason, by: caller.actor)
        return .nothing
    }

    /// `POST /v1/schedules/:name/pause` and its like: the schedule as it is afterwards.
    ///
    /// All are safe to repeat, but `run` only with an `Idempotency-Key`.
    func steerSchedule(
        _ verb: ScheduleVerb, _ request: Request, _ path: Parameters, by caller: Caller
    ) async throws -> Response {
        let name = try path.schedule()
        let bytes = try await request.bytes(upTo: 64 * 1024)
        let reason = try SteerBody(parsing: bytes).reason
        let state =
            switch verb {
            case .pause: try await engine.pauseSchedule(name, reason: reason, by: caller.actor)
            case .resume: try await engine.resumeSchedule(name, reason: reason, by: caller.actor)
            case .run:
                try await engine.runScheduleNow(
                    name, reason: reason, by: caller.actor, mark: request.mark(of: bytes))
            }
        return .json(ScheduleListing(state: state, next: 5).json)
    }
}

extension ScheduleBody {
    /// What the engine is asked for.
    ///
    /// - Throws: `RequestFault` for retries that make no sense.
    package func request(named name: ScheduleName) throws(RequestFault) -> ScheduleRequest {
        let times: ScheduleTimes =
            switch self.times {
            case .cron(let expression, let zone): .cron(expression, zone: zone ?? "UTC")
            case .every(let seconds, let anchor): .every(.seconds(seconds), from: anchor)
            }
        return ScheduleRequest(
            name: name, times: times, job: try job.request, overlap: overlap ?? .skip, missed: missed ?? .once
        )
    }
}
