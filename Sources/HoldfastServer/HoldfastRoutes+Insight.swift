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

    /// Proving, mending and pruning the log, which take as long as it is.
    func addAudit(to table: inout RouteTable) {
        let scope = scope
        table.on("v1/prune", .post, .engine(.changeEngine)) { request, _, caller in
            try await scope.prune(request, by: caller)
        }
        table.on("v1/redact", .post, .engine(.changeEngine)) { request, _, caller in
            try await scope.redact(request, by: caller)
        }
        table.on("v1/verify", .post, .engine(.changeEngine)) { request, _, _ in
            try await scope.verify(request)
        }
        table.on("v1/rebuild", .post, .engine(.changeEngine)) { request, _, _ in
            try await scope.rebuild(request)
        }
    }
}
