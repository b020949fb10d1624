import HTTPTypes

extension HoldfastRoutes {
    /// Why jobs are where they are, how they differ, and who decided what.
    func addInsight(to table: inout RouteTable) {
        let scope = scope
        table.on("v1/jobs/:id/why", .get, .job(.readJob)) { try await scope.showStanding($0, $1, for: $2) }
        table.on("v1/jobs/:id/diff/:other", .get, .job(.readJob)) {
            try await scope.compareJobs($0, $1, for: $2)
        }
        table.on("v1/actors", .get, .engine(.readEngine)) { request, _, _ in
            try await scope.listDecisions(request)
        }
    }
}
