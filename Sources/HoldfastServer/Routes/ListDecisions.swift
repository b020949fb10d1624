import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import Hummingbird

extension RouteScope {
    /// `GET /v1/actors`: who decided what, a page of the audit trail.
    func listDecisions(_ request: Request) async throws -> Response {
        let parameters = try QueryParameters(
            request, known: ["job", "actor", "kind", "since", "until", "engines", "after", "limit"])
        let query = DecisionQuery(
            job: try parameters.value("job", expected: "the id of a job", JobID.init),
            actor: try parameters.text("actor"), kinds: try parameters.decisionKinds(),
            since: try parameters.moment("since"), until: try parameters.moment("until"),
            includesEngines: try parameters.flag("engines"),
            after: try parameters.value("after", expected: "a position", EventLogPosition.init(text:))
                ?? .beginning,
            limit: try parameters.count("limit", in: 1...1000) ?? 200)
        return .json(try await engine.decisions(query).json)
    }
}

extension QueryParameters {
    /// A parameter of a form of its own; nil when it is absent.
    fileprivate func value<Value>(
        _ name: String, expected: String, _ read: (String) -> Value?
    ) throws(RequestFault) -> Value? {
        guard let text = try text(name) else { return nil }
        guard let value = read(text) else { throw .invalidParameter(name, expected: expected) }
        return value
    }

    fileprivate func decisionKinds() throws(RequestFault) -> Set<EventKind>? {
        guard let names = list("kind") else { return nil }
        let kinds = Set(names.compactMap(EventKind.init(rawValue:)))
        guard kinds.count == Set(names).count, kinds.isSubset(of: DecisionRecord.kinds), !kinds.isEmpty
        else {
            let known = DecisionRecord.kinds.map(\.rawValue).sorted().joined(separator: ", ")
            throw .invalidParameter("kind", expected: "one of \(known)")
        }
        return kinds
    }
}
