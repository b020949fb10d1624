import HoldfastAPI
import HoldfastCore

/// What a stream token opens: the streams of one job, or the stream of one filter.
struct StreamGrant: Hashable, Sendable {
    /// Tells the token from others; every token has one of its own.
    let id: String
    let scope: StreamTokenBody.Scope
    /// Whether it is good for as long as its job has not ended, and then for the lifetime of a token.
    let isForLife: Bool

    /// The parameters by which `GET /v1/stream` chooses events.
    static var filterNames: [String] { StreamTokenBody.filterNames }

    /// Makes the token for a caller.
    func token(for caller: Caller, until end: Timestamp, sealedBy seal: Seal) -> String {
        let value = JSONWriter.object { writer in
            writer.caller(caller)
            writer.field("exp", end)
            writer.field("id", id)
            if isForLife { writer.field("life", true) }
            scope.write(into: &writer)
        }
        return seal.text(of: value, for: .stream)
    }

    /// Reads what a token opens from a text that was signed here.
    init?(signed fields: JSONFields) {
        do {
            id = try fields.required("id", fields.string("id"))
            isForLife = try fields.bool("life") ?? false
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

    init(id: String, scope: StreamTokenBody.Scope, isForLife: Bool = false) {
        self.id = id
        self.isForLife = isForLife
        self.scope = scope
    }
}
