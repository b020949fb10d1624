public import HoldfastCore

/// One page of `GET /v1/schedules`, in the order of the names.
public struct SchedulePage: Hashable, Sendable {
    /// The schedules.
    public var schedules: [JSONText]
    /// The `after` of the next page; nil on the last one.
    public var next: ScheduleName?

    /// Puts a page together.
    public init(schedules: [JSONText], next: ScheduleName?) {
        self.schedules = schedules
        self.next = next
    }

    /// Reads a page.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    public init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        schedules = try fields.list("schedules")
        next = try fields.name("next")
    }

    /// The JSON of the page.
    public var json: JSONText {
        JSONWriter.object(capacity: 64 + schedules.reduce(0) { $0 + $1.byteCount + 1 }) { writer in
            writer.key("schedules")
            writer.array { for schedule in schedules { $0.raw(schedule) } }
            writer.field("next", next.map { JSONText.string($0.rawValue) } ?? .null)
        }
    }
}
