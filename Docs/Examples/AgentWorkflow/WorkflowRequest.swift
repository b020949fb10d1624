import HTTPTypes
import Holdfast
import HoldfastServer
import Hummingbird

/// What `POST /api/workflows` takes.
struct WorkflowRequest: Decodable {
    let name: String
    let agents: [WorkflowAgent]?
    let maxIterations: Int?
    let budgetLimit: Double?

    /// The workflow.
    ///
    /// - Throws: `HTTPError` that says what does not fit.
    var job: WorkflowJob {
        get throws {
            let team = agents ?? WorkflowAgent.team
            try check(!name.isEmpty, "name: is empty")
            try check((1...20).contains(team.count), "agents: 1 to 20 are needed")
            try check(team.allSatisfy { !$0.name.isEmpty }, "agents: a name is empty")
            try check(Set(team.map(\.name)).count == team.count, "agents: two have the same name")
            try check((1...50).contains(maxIterations ?? 1), "maxIterations: 1 to 50")
            return WorkflowJob(
                name: name, agents: team, maxIterations: maxIterations, budgetLimit: budgetLimit)
        }
    }

    /// What it may cost, and that it pauses then.
    ///
    /// - Throws: `HTTPError` when that is no amount.
    var budget: JobBudget? {
        get throws {
            try budgetLimit.map {
                JobBudget(limit: try CostAmount(limit: $0), unit: "usd", policy: .pause)
            }
        }
    }
}

/// What `POST /api/workflows/:id/resume` takes; no body is as good as an empty object.
struct ResumeRequest: Decodable {
    let budgetLimit: Double?

    init(_ request: Request) async throws {
        if request.headers[.contentLength] ?? "0" == "0", request.headers[.transferEncoding] == nil {
            budgetLimit = nil
        } else {
            self = try await request.json()
        }
    }

    /// The new limit; nil to leave it as it is.
    ///
    /// - Throws: `HTTPError` when that is no amount.
    var limit: CostAmount? {
        get throws { try budgetLimit.map { try CostAmount(limit: $0) } }
    }
}

extension CostAmount {
    /// A limit in US dollars, exact to the millionth.
    fileprivate init(limit: Double) throws {
        guard let amount = CostAmount(limit), amount > .zero else {
            throw HTTPError(.badRequest, message: "budgetLimit: an amount above 0 is needed")
        }
        self = amount
    }
}

private func check(_ fits: Bool, _ message: String) throws {
    if !fits { throw HTTPError(.badRequest, message: message) }
}
