import HoldfastCore

// The JSON of the events of requests.
extension EventCodec {
    static func encode(_ event: RequestAnswered, into writer: inout JSONWriter) {
        writer.field("request", event.scope.id)
        if let kind = event.scope.kind { writer.field("kind", kind) }
        if let owner = event.scope.owner { writer.field("owner", owner) }
        writer.field("sha256", event.sha256)
        switch event.answer {
        case .job(let id): writer.field("job", id.description)
        case .bulk(let id): writer.field("bulk", id)
        }
    }

    static func decodeAnswer(_ fields: JSONFields) throws(JSONFieldError) -> RequestAnswered {
        let scope = RequestScope(
            id: try fields.required("request", fields.name("request")), kind: try fields.name("kind"),
            owner: try fields.name("owner"))
        let sha256 = try fields.required("sha256", fields.string("sha256"))
        if let bulk: BulkID = try fields.name("bulk") {
            return RequestAnswered(scope: scope, sha256: sha256, answer: .bulk(bulk))
        }
        return RequestAnswered(scope: scope, sha256: sha256, answer: .job(try fields.job("job")))
    }
}
