import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `GET /v1/jobs`: a page of states as they are or were, the newest job first.
    func listJobs(_ request: Request, for caller: Caller) async throws -> Response {
        let parameters = try QueryParameters(
            request,
            known: [
                "state", "kind", "queue", "tag", "owner", "since", "until", "limit", "before", "id", "text",
                "at",
            ])
        let limit = try parameters.count("limit", in: 1...200) ?? 50
        // One more than is sent tells whether there is a next page.
        let asked = JobFilter(
            phases: try parameters.phases(), kind: try parameters.name("kind"),
            queue: try parameters.name("queue"), tag: try parameters.name("tag"),
            owner: try parameters.owner(caller))
        guard let filter = AccessRule.filter(asked, for: caller) else {
            return .json(JobPage(jobs: [], next: nil).json)
        }
        var query = JobQuery(
            filter, before: try parameters.jobCursor(), since: try parameters.moment("since"),
            until: try parameters.moment("until"), limit: limit + 1)
        let moment = try parameters.past()
        if let text = try parameters.jobText() {
            query.limit = limit
            let found = try await engine.log.read { [query] in
                try $0.at(moment).jobs(query, containing: text)
            }
            return .json(JobPage(jobs: found.jobs.map(JobStateCodec.encode), next: found.next).json)
        }
        let part = try parameters.jobPart()
        let jobs = try await engine.log.read { [query] reader in
            let reader = try reader.at(moment)
            guard let part else { return try reader.jobs(query) }
            return try reader.jobs(named: part, filter, limit: limit).filter(query.matches)
        }
        let shown = jobs.prefix(limit)
        let page = JobPage(
            jobs: shown.map(JobStateCodec.encode), next: jobs.count > limit ? shown.last?.id : nil)
        return .json(page.json)
    }
}

extension QueryParameters {
    fileprivate func phases() throws(RequestFault) -> Set<JobPhaseName>? {
        guard let names = list("state") else { return nil }
        let phases = Set(names.compactMap(JobPhaseName.init(rawValue:)))
        guard !phases.isEmpty, names.allSatisfy({ JobPhaseName(rawValue: $0) != nil }) else {
            throw .invalidParameter(
                "state", expected: "one of " + JobPhaseName.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return phases
    }

    /// Whose jobs are asked for; `me` is the caller.
    func owner(_ caller: Caller) throws(RequestFault) -> Owner? {
        let owner: Owner? = try name("owner")
        return owner == "me" ? caller.subject : owner
    }

    fileprivate func jobPart() throws(RequestFault) -> JobIDPart? {
        guard let text = try text("id") else { return nil }
        guard let part = JobIDPart(text) else {
            throw .invalidParameter(
                "id",
                expected: "at least \(JobIDPart.minimumDigits) digits from the start or the end of an id")
        }
        return part
    }

    fileprivate func jobText() throws(RequestFault) -> JobText? {
        guard let text = try text("text") else { return nil }
        guard let found = JobText(text) else {
            throw .invalidParameter("text", expected: "a text of 1 to \(JobText.longest) bytes")
        }
        return found
    }

    fileprivate func jobCursor() throws(RequestFault) -> JobID? {
        guard let text = try text("before") else { return nil }
        guard let id = JobID(text) else {
            throw .invalidParameter("before", expected: "the id of a job, as \"next\" gave it")
        }
        return id
    }
}
