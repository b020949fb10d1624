import HoldfastAPI
import HoldfastCore

/// The operations of one path of the document.
struct APIPath {
    let path: String
    let operations: [APIOperation]

    init(_ path: String, _ operations: APIOperation...) {
        self.path = path
        self.operations = operations
    }

    /// Whether it belongs to the API and not to the server as a whole.
    var isOfAPI: Bool { path.hasPrefix("/v1/") }

    /// Tells whether the path of an endpoint, in parts, is this one; a parameter such as `{id}` stands for any part.
    func isServed(by route: [Substring]) -> Bool {
        let parts = path.split(separator: "/")
        return parts.count == route.count
            && zip(parts, route).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }

    var json: JSONText {
        JSONWriter.object { writer in
            for operation in operations {
                writer.key(text: operation.method.rawValue)
                writer.raw(operation.json)
            }
        }
    }
}

/// One method of one path.
struct APIOperation {
    enum Method: String {
        case get, post, put, patch, delete
    }

    let method: Method
    let id: String
    let summary: String
    let parameters: [APIParameter]
    let body: APIBody?
    let answers: [APIAnswer]
    let problems: [ProblemKind]

    init(
        _ method: Method, _ id: String, _ summary: String, _ parameters: [APIParameter] = [],
        body: APIBody? = nil, answers: [APIAnswer], problems: [ProblemKind] = []
    ) {
        self.method = method
        self.id = id
        self.summary = summary
        self.parameters = parameters
        self.body = body
        self.answers = answers
        self.problems = problems
    }

    /// What every endpoint may answer with, and what goes with parameters, bodies and changes.
    private var allProblems: [ProblemKind] {
        var all =
            problems + [
                .wrongHost, .storeFails, .internalError, .unavailable, .unauthenticated, .forbidden, .tooMany,
            ]
        if method != .get { all += [.crossSite, .readOnly] }
        if problems.contains(.unknownJob) { all += [.pruned, .redacted] }
        if body != nil { all += [.malformedJSON, .unknownField, .invalidField, .tooLarge, .refused] }
        if parameters.contains(where: { $0.place == .query }) { all.append(.invalidParameter) }
        if parameters.contains(where: { $0.place == .header && $0.name == "Idempotency-Key" }) {
            all += [.invalidHeader, .requestReused]
        }
        return all
    }

    /// The problems by their status.
    ///
    /// What a store fails with is 503 when the same may be well later.
    private var problemsByStatus: [(status: Int, kinds: [ProblemKind])] {
        var byStatus: [Int: Set<ProblemKind>] = [:]
        for kind in allProblems { byStatus[kind.status, default: []].insert(kind) }
        byStatus[503, default: []].insert(.storeFails)
        // A query and a head that are too large have statuses of their own.
        for status in [414, 431] { byStatus[status, default: []].insert(.tooLarge) }
        return byStatus.sorted { $0.key < $1.key }.map { status, kinds in
            (status, ProblemKind.allCases.filter(kinds.contains))
        }
    }

    var json: JSONText {
        JSONWriter.object { writer in
            writer.field("operationId", id)
            writer.field("summary", summary)
            if !parameters.isEmpty {
                writer.key("parameters")
                writer.array { for parameter in parameters { $0.raw(parameter.json) } }
            }
            if let body {
                writer.key("requestBody")
                writer.raw(body.json)
            }
            writer.key("responses")
            writer.object { responses in
                for answer in answers {
                    responses.key(text: "\(answer.status)")
                    responses.raw(answer.json)
                }
                for (status, kinds) in problemsByStatus {
                    responses.key(text: "\(status)")
                    responses.raw(APIAnswer.problem(kinds))
                }
            }
        }
    }
}
