import HTTPTypes
import Holdfast
import HoldfastServer

/// Shows the making of an issue to the newsroom: what came in, what it cost, and that it is bound.
struct IssueView: EventStreamView {
    /// What is known of an issue from its log.
    struct State: Codable, Sendable {
        var articles = 0
        var received = 0
        var paid: [String] = []
    }

    /// What a reader gets when an article came in.
    struct Received: Encodable {
        let received: Int
        let of: Int
    }

    let name = "issue"
    var initialState: State { State() }

    func events(of event: ViewedEvent, _ state: inout State) throws -> [ViewEvent] {
        switch event.event {
        case .childSpawned:
            state.articles += 1
            return []
        case .childFinished:
            state.received += 1
            return [try ViewEvent("article", Received(received: state.received, of: state.articles))]
        case .budgetCharged(let charge):
            state.paid.append(charge.note ?? "")
            return []
        case .logWritten(let line):
            return [try ViewEvent("note", line.message, throttledBy: line.level.rawValue)]
        case .completed: return [try ViewEvent("bound", state)]
        case .failed, .cancelled: return [try ViewEvent("spiked", state)]
        default: return []
        }
    }

    func snapshot(_ state: State) throws -> [ViewEvent]? { [try ViewEvent("issue", state)] }

    func greeting(_ connection: ViewConnection) -> [ViewBlock] { [.comment("issue \(connection.job)")] }

    var quiet: ViewQuiet { ViewQuiet(heartbeat: .seconds(30), text: "still here, %n") }
}

extension IssueView {
    /// Puts the stream of each issue and its state beside the engine's endpoints.
    static func add(to table: inout RouteTable, of holdfast: HoldfastRoutes) {
        let view = IssueView()
        table.on("issues/:id/stream", .get, .jobStream) { request, path, caller in
            try await holdfast.stream(path.job(), in: view, to: request, of: caller)
        }
        table.on("issues/:id", .get, .job(.readJob)) { _, path, _ in
            try .json(of: await holdfast.state(of: path.job(), in: view))
        }
    }
}
