import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `GET /v1/schedules`: a page of schedules in the order of their names, with their next due moments.
    func listSchedules(_ request: Request) async throws -> Response {
        let parameters = try QueryParameters(request, known: ["limit", "after", "times"])
        let limit = try parameters.count("limit", in: 1...200) ?? 50
        // One more than is sent tells whether there is a next page.
        let listed = try await engine.schedules(
            next: try parameters.count("times", in: 0...1000) ?? 5, after: try parameters.name("after"),
            limit: limit + 1)
        let shown = listed.prefix(limit)
        let page = SchedulePage(
            schedules: shown.map(\.json),
            next: listed.count > limit ? shown.last?.state.name : nil)
        return .json(page.json)
    }

    /// `GET /v1/schedules/:name`: the schedule as it is, with its next due moments.
    func showSchedule(_ request: Request, _ path: Parameters) async throws -> Response {
        let parameters = try QueryParameters(request, known: ["times"])
        let count = try parameters.count("times", in: 0...1000) ?? 5
        return .json(try await engine.schedule(try path.schedule(), next: count).json)
    }
}
