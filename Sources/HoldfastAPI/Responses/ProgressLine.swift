public import HoldfastCore

/// A line of an answer that takes long: how far it is, and at the end what came of it.
public enum ProgressLine: Hashable, Sendable {
    /// How many events were done, and of how many where that is known; said again while nothing is news.
    case progress(events: Int64, total: Int64?)
    /// It is done: the last line.
    case report(JSONText)
    /// It could not be done: the last line.
    case problem(Problem)

    /// Reads a line.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    public init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        if let report = fields.raw("report") {
            self = .report(report)
        } else if let problem = fields.raw("problem").flatMap({ Problem(parsing: $0.text) }) {
            self = .problem(problem)
        } else {
            let progress = try fields.required("progress", fields.object("progress"))
            self = .progress(
                events: try progress.required("events", progress.integer("events")),
                total: try progress.integer("total"))
        }
    }

    /// The JSON of the line: an object with `progress`, `report` or `problem`.
    public var json: JSONText {
        JSONWriter.object { writer in
            switch self {
            case .progress(let events, let total):
                writer.key("progress")
                writer.object {
                    $0.field("events", events)
                    if let total { $0.field("total", total) }
                }
            case .report(let report): writer.field("report", report)
            case .problem(let problem): writer.field("problem", problem.json)
            }
        }
    }
}
