import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Hummingbird
import Testing

@Suite("The OpenAPI document", .timeLimit(.minutes(1)))
struct OpenAPITests {
    @Test func `it has every route of the server, and no other`() async throws {
        // Sessions are served only where callers say who they are.
        let authentication = try Guest.authentication()
        try await TestServer.run(metrics: PrometheusMetrics()) { server, _ in
            server.authentication = authentication
        } _: { server in
            let router = Router()
            let access = AccessConfiguration(authentication: authentication)
            let routes = HoldfastRoutes(engine: server.engine, access: access)
            routes.add(to: router)
            routes.addHealth(to: router)
            routes.addMetrics(PrometheusMetrics(), to: router)
            var served: Set<String> = []
            for path in Set(router.routes.map { "\($0.path)" }) {
                // A method that no path has, so that it is told which ones this one has.
                let example = path.replacing(/[:{][a-z0-9]+}?/, with: "x").replacing("**", with: "x")
                let answer = try await server.send("TRACE", example)
                #expect(answer.status == 405, "\(example)")
                let template = path.replacing(/\/:([a-z0-9]+)/) { "/{\($0.output.1)}" }
                    .replacing("**", with: "{name}")
                for method in try #require(answer.headers["allow"]).split(separator: ", ")
                where method != "HEAD" {
                    served.insert("\(method) \(template.hasPrefix("/") ? template : "/" + template)")
                }
            }
            #expect(try await OpenAPIExchange(server).operations == served)
        }
    }

    @Test func `references lead somewhere, ids are used once, and each parameter of a path is described`()
        async throws
    {
        // With sessions, so that everything is mounted.
        try await TestServer.runGuarded { server in
            let exchange = try await OpenAPIExchange(server)
            let document = exchange.check.document
            #expect(document["openapi"] == .string("3.1.0"))
            var (references, ids): (Set<String>, [String]) = ([], [])
            func visit(_ tree: JSONTree) {
                if let reference = tree["$ref"]?.text { references.insert(reference) }
                if let id = tree["operationId"]?.text { ids.append(id) }
                for member in tree.members.values { visit(member) }
                for element in tree.elements { visit(element) }
            }
            visit(document)
            let schemas = (document["components"]?["schemas"]?.members ?? [:]).keys
            #expect(references == Set(schemas.map { "#/components/schemas/\($0)" }))
            #expect(ids.count == Set(ids).count)
            #expect(ids.count == exchange.operations.count)
            for (path, operations) in document["paths"]?.members ?? [:] {
                let names = Set(path.matches(of: /{([a-z0-9]+)}/).map { String($0.output.1) })
                for operation in operations.members.values {
                    let described = (operation["parameters"]?.elements ?? []).filter {
                        $0["in"] == .string("path")
                    }
                    #expect(Set(described.compactMap { $0["name"]?.text }) == names, "\(path)")
                }
            }
        }
    }

    @Test func `every endpoint answers as the document says, granted or refused`() async throws {
        try await TestServer.run(metrics: PrometheusMetrics()) { server in
            let exchange = try await OpenAPIExchange(server)
            try await exchange.showJobsInAllStates()
            try await exchange.enqueueAndSteer()
            try await exchange.readOneJob()
            try await exchange.decideCheckpoints()
            try await exchange.keepSchedules()
            try await exchange.changeQueues()
            try await exchange.steerManyJobs()
            try await exchange.moveJobs()
            try await exchange.auditAndPrune()
            try await exchange.lookAtServer()
            try await exchange.showClients()
            let sessions = exchange.operations.filter { $0.hasSuffix("/v1/session") }
            #expect(exchange.operations.subtracting(exchange.granted) == sessions)
            #expect(exchange.operations.subtracting(exchange.refused) == sessions)
        }
    }

    @Test func `sessions answer as the document says, and so does whoever must not enter`() async throws {
        try await TestServer.run({ configuration, _ in
            configuration.authentication = try? Guest.authentication()
        }) { server in
            let exchange = try await OpenAPIExchange(server)
            let known = ["Authorization": "Bearer \(Guest.ana.key)"]
            try await exchange.send("POST", "/v1/session", headers: known, status: 201)
            try await exchange.send("GET", "/v1/session", headers: known)
            try await exchange.send("DELETE", "/v1/session", headers: known, status: 204)
            for method in ["POST", "GET"] { try await exchange.send(method, "/v1/session", status: 401) }
            let elsewhere = ["Host": "example.com"]
            try await exchange.send("DELETE", "/v1/session", headers: elsewhere, status: 421)
            try await exchange.send("GET", "/v1/queues", headers: known, status: 403)
            try await exchange.send("GET", "/v1/jobs", status: 401)
            let token = try await exchange.send(
                "POST", "/v1/stream-tokens", body: #"{"filter":{"kind":"a","tag":["b"]}}"#, headers: known,
                status: 201)
            #expect(try token.fields().string("token") != nil)
        }
    }

    @Test func `a field that is missing or too much is noticed`() async throws {
        try await TestServer.run { server in
            let exchange = try await OpenAPIExchange(server)
            let job = try await server.enqueue()
            let shown = try await exchange.send("GET", "/v1/jobs/{id}", job.description)
            let page = try await exchange.send("GET", "/v1/jobs")
            let missing = try await server.send("GET", "/v1/jobs/x")
            for (name, text) in [
                ("JobDocument", shown.body), ("JobPage", page.body), ("Problem", missing.body),
            ] {
                let schema = try #require(exchange.check.schema(name))
                let whole = try JSONTree(parsing: text)
                #expect(throws: Never.self) { try exchange.check.check(whole, schema) }
                for damaged in whole.damaged() {
                    #expect(throws: SchemaCheck.Fault.self, "\(name): \(damaged)") {
                        try exchange.check.check(damaged, schema)
                    }
                }
            }
        }
    }
}

extension JSONTree {
    /// The value with one field too much or too little, in each object that is of a closed form.
    fileprivate func damaged() -> [JSONTree] {
        switch self {
        case .object(let members):
            var all: [JSONTree] = [.object(members.merging(["of_nobody": .null]) { $1 })]
            for (name, member) in members {
                // What a user gave may be anything, and these may be left out.
                if name == "input" { continue }
                var less = members
                less[name] = nil
                all.append(.object(less))
                for part in member.damaged() {
                    var other = members
                    other[name] = part
                    all.append(.object(other))
                }
            }
            return all.filter { !$0.isOptionalPart(of: self) }
        case .array(let elements):
            return elements.indices.flatMap { index in
                elements[index].damaged().map { part in
                    var other = elements
                    other[index] = part
                    return .array(other)
                }
            }
        default: return []
        }
    }

    /// Whether it is the same retry policy without a field that other policies do not have.
    private func isOptionalPart(of whole: JSONTree) -> Bool {
        guard whole["max_attempts"] != nil, members.count < whole.members.count else { return false }
        return ["wait_us", "factor", "maximum_us"].contains { whole[$0] != nil && self[$0] == nil }
    }
}
