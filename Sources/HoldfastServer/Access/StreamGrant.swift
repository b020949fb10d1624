import HoldfastAPI
import HoldfastCore

/// What a stream token opens: the streams of one job, or the stream of one filter.
struct StreamGrant: Hashable, Sendable {
    enum Scope: Hashable, Sendable {
        case job(JobID)
        /// Parameters of `GET /v1/stream`, and their values.
        case filter([String: [String]])
    }

    /// Tells the token from others; every token has one of its own.
    let id: String
    let scope: Scope

    /// The parameters by which `GET /v1/stream` chooses events.
    static var filterNames: [String] { StreamTokenBody.filterNames }

    /// Makes the token for a caller.
    func token(for caller: Caller, until end: Timestamp, sealedBy seal: Seal) -> String {
        let value = JSONWriter.object { writer in
            writer.caller(caller)
            writer.field("exp", end)
            writer.field("id", id)
            switch scope {
            case .job(let job): writer.field("job", job.description)
            case .filter(let filter):
                writer.key("filter")
                writer.object { object in
                    for (name, values) in filter.sorted(by: { $0.key < $1.key }) {
                        object.key(text: name)
                        object.array { for value in values { $0.string(value) } }
                    }
                }
            }
        }
        return seal.text(of: value, for: .stream)
    }

    /// Reads what a token opens from a text that was signed here.
    init?(signed fields: JSONFields) {
        do {
            id = try fields.required("id", fields.string("id"))
            if let job = try fields.string("job").flatMap(JobID.init) {
                scope = .job(job)
            } else if let filter = try fields.object("filter") {
                scope = .filter(
                    try filter.keys.reduce(into: [:]) { $0[$1] = try filter.strings($1) })
            } else {
                return nil
            }
        } catch {
            return nil
        }
    }

    init(id: String, scope: Scope) {
        self.id = id
        self.scope = scope
    }
}
