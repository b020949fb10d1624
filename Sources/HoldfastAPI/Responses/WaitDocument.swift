public import HoldfastCore

/// The JSON of what is known about one wait of a job.
public enum WaitDocument {
    /// Writes the object of a record; what ended it stays in the event at `position`.
    public static func json(of record: WaitRecord) -> JSONText {
        JSONWriter.object { write(record, to: &$0) }
    }

    /// Writes the fields of a record.
    static func write(_ record: WaitRecord, to writer: inout JSONWriter) {
        writer.field("type", record.key.kind.rawValue)
        writer.field("name", record.key.name)
        writer.field("occurrence", record.key.occurrence)
        writer.field("status", record.status.rawValue)
        writer.field("opened", record.opened.description)
        writer.field("opened_at", record.openedAt)
        writer.field("changed_at", record.changedAt)
        if let due = record.due { writer.field("deadline", due) }
        if let action = record.onDeadline { writer.field("on_deadline", action.rawValue) }
        if let child = record.child { writer.field("child", child.description) }
        if let position = record.result { writer.field("position", position.description) }
    }

    /// Reads a record out of the fields of an object.
    static func record(of fields: JSONFields) throws(JSONFieldError) -> WaitRecord {
        let occurrence = try fields.required("occurrence", fields.integer("occurrence"))
        let key = WaitKey(
            try fields.required("type", fields.word("type")),
            try fields.required("name", fields.name("name")),
            occurrence: Int(clamping: occurrence))
        return WaitRecord(
            key: key, status: try fields.required("status", fields.word("status")),
            opened: try fields.required("opened", fields.position("opened")),
            openedAt: try fields.required("opened_at", fields.timestamp("opened_at")),
            changedAt: try fields.required("changed_at", fields.timestamp("changed_at")),
            due: try fields.timestamp("deadline"), onDeadline: try fields.word("on_deadline"),
            child: try fields.job("child"), result: try fields.position("position"))
    }
}
