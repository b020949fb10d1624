import HoldfastCore

// The JSON of what retention did.
extension EventCodec {
    static func encode(_ event: EnginePruned, into writer: inout JSONWriter) {
        writer.key("jobs")
        writer.array { list in
            for job in event.jobs {
                list.object { writer in
                    writer.field("id", job.id.description)
                    writer.field("kind", job.kind)
                    writer.field("state", job.state.rawValue)
                    writer.field("first", job.first.description)
                    if job.isPartly { writer.field("partly", true) }
                }
            }
        }
        writer.field("events", event.events)
        writer.field("ranges", event.ranges.count)
        writer.field("ranges_sha256", event.ranges.sha256)
        if let archive = event.archive { writer.field("archive", archive.description) }
        if let reason = event.reason { writer.field("reason", reason) }
    }

    static func decodePruned(_ fields: JSONFields) throws(JSONFieldError) -> EnginePruned {
        var jobs: [PrunedJob] = []
        for json in JSONValues.elements(try fields.required("jobs", fields.raw("jobs"))) ?? [] {
            guard let job = try? JSONFields(json) else {
                throw JSONFieldError(field: "jobs", expected: "a list of objects")
            }
            jobs.append(
                PrunedJob(
                    id: try job.job("id"), kind: try job.required("kind", job.name("kind")),
                    state: try job.literal("state"), first: try job.position("first"),
                    isPartly: try job.bool("partly") ?? false))
        }
        return EnginePruned(
            jobs: jobs, events: Int(try fields.required("events", fields.integer("events"))),
            ranges: RangeSeal(
                count: Int(try fields.required("ranges", fields.integer("ranges"))),
                sha256: try fields.required("ranges_sha256", fields.string("ranges_sha256"))),
            archive: fields.raw("archive") == nil ? nil : try fields.position("archive"),
            reason: try fields.string("reason"))
    }

    static func encode(_ event: EngineArchived, into writer: inout JSONWriter) {
        writer.field("file", event.file)
        writer.field("folder", event.folder)
        writer.field("sha256", event.sha256)
        writer.field("bytes", event.bytes)
        writer.field("jobs", event.jobs)
        writer.field("events", event.events)
        writer.field("first", event.first.description)
        writer.field("last", event.last.description)
        if let replaced = event.replaces { writer.field("replaces", replaced.description) }
        if !event.redacted.isEmpty { writer.field("redacted", event.redacted.map(\.description)) }
        if let reason = event.reason { writer.field("reason", reason) }
    }

    static func decodeArchived(_ fields: JSONFields) throws(JSONFieldError) -> EngineArchived {
        EngineArchived(
            file: try fields.required("file", fields.string("file")),
            folder: try fields.required("folder", fields.string("folder")),
            sha256: try fields.required("sha256", fields.string("sha256")),
            bytes: try fields.required("bytes", fields.integer("bytes")),
            jobs: Int(try fields.required("jobs", fields.integer("jobs"))),
            events: try fields.required("events", fields.integer("events")),
            first: try fields.position("first"), last: try fields.position("last"),
            replaces: fields.raw("replaces") == nil ? nil : try fields.position("replaces"),
            redacted: try fields.jobs("redacted"), reason: try fields.string("reason"))
    }

    static func encode(_ event: EngineRedacted, into writer: inout JSONWriter) {
        writer.field("job", event.state.id.description)
        writer.field("first", event.first.description)
        writer.field("last", event.last.description)
        writer.field("state", JobStateCodec.encode(event.state))
        if let reason = event.reason { writer.field("reason", reason) }
    }

    static func decodeRedacted(_ fields: JSONFields) throws(JSONFieldError) -> EngineRedacted {
        let json = try fields.required("state", fields.raw("state"))
        guard let state = try? JobStateCodec.decode(json) else {
            throw JSONFieldError(field: "state", expected: "the state of a job")
        }
        return EngineRedacted(
            state: state, first: try fields.position("first"), last: try fields.position("last"),
            reason: try fields.string("reason"))
    }

    static func encode(_ event: EngineConfigured, into writer: inout JSONWriter) {
        writer.field("engine", event.engine)
        guard let policy = event.retention else { return }
        writer.key("retention")
        writer.policy(policy)
    }

    static func decodeConfigured(_ fields: JSONFields) throws(JSONFieldError) -> EngineConfigured {
        EngineConfigured(
            engine: try fields.required("engine", fields.name("engine")),
            retention: try fields.object("retention")?.policy())
    }
}
