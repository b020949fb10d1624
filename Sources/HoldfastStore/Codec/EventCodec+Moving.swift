import HoldfastCore

// The JSON of the events of logs that are moved.
extension EventCodec {
    static func encode(_ event: JobImported, into writer: inout JSONWriter) {
        writer.field("job", event.job.description)
        writer.field("log", event.log)
        writer.field("events", event.events)
        writer.field("first", event.first.description)
        writer.field("last", event.last.description)
        writer.field("hash", event.hash)
        writer.field("sha256", event.sha256)
    }

    static func encode(_ event: LogRestored, into writer: inout JSONWriter) {
        writer.field("log", event.log)
        writer.field("position", event.position.description)
        writer.field("hash", event.hash)
    }

    static func decodeImport(_ fields: JSONFields) throws(JSONFieldError) -> JobImported {
        JobImported(
            job: try fields.job("job"), log: try fields.required("log", fields.string("log")),
            events: try fields.required("events", fields.integer("events")),
            first: try fields.position("first"), last: try fields.position("last"),
            hash: try fields.required("hash", fields.string("hash")),
            sha256: try fields.required("sha256", fields.string("sha256")))
    }

    static func decodeRestoration(_ fields: JSONFields) throws(JSONFieldError) -> LogRestored {
        LogRestored(
            log: try fields.required("log", fields.string("log")), position: try fields.position("position"),
            hash: try fields.required("hash", fields.string("hash")))
    }
}
