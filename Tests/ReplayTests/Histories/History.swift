import Foundation
import HoldfastCore
import HoldfastStore
import Testing

/// A log of one job as it was recorded, and what was true of the job at its end.
///
/// `<name>.jsonl` has an event a line: the envelope that every reader gets, and the schema version of its
/// `data`. `<name>.state.json` has the job's state and its steps. Histories of a release are never changed, so
/// that every later program is known to read them.
struct History: Sendable {
    /// The name of both files.
    let name: String

    /// The names of all histories; one of its files is enough to be one.
    static var names: [String] {
        get throws {
            let files = try Fixtures.names(in: Fixtures.histories)
            return Set(files.compactMap { $0.split(separator: ".").first.map(String.init) }).sorted()
        }
    }

    /// The events, in the order of the log.
    func events() throws -> [StoredEvent] { try lines().map(StoredEvent.init(recorded:)) }

    /// The lines of the events.
    func lines() throws -> [String] { try Fixtures.lines(of: url("jsonl")) }

    /// What was true at the end, without the line breaks of the file.
    func outcome() throws -> JSONText {
        try JSONText(validating: try String(contentsOf: url("state.json"), encoding: .utf8))
    }

    /// Writes both files.
    func record(_ events: [StoredEvent], _ outcome: JobOutline) throws {
        try Fixtures.write(events.map(\.recorded.text), to: url("jsonl"))
        try Fixtures.write(outcome.lines, to: url("state.json"))
    }

    private func url(_ suffix: String) -> URL { Fixtures.histories.appending(path: "\(name).\(suffix)") }
}

extension StoredEvent {
    /// The line of a history: the columns of the event but for its seal.
    var recorded: JSONText {
        JSONWriter.object { writer in
            writer.field("position", position.description)
            writer.field("job", job.map { JSONText.string($0.description) } ?? .null)
            writer.field("version", version.map { JSONText(unchecked: String($0)) } ?? .null)
            writer.field("kind", kind)
            writer.field("schema_version", schemaVersion)
            writer.field("at", at)
            writer.field("attempt", attempt.map { JSONText(unchecked: String($0)) } ?? .null)
            writer.field("actor", actorJSON)
            writer.field("data", data)
        }
    }

    /// Reads the line of a history.
    init(recorded line: String) throws {
        let fields = try JSONFields(try JSONText(validating: line))
        let job = try fields.string("job")
        self.init(
            position: try #require(EventLogPosition(text: try fields.string("position") ?? "")),
            job: try job.map { try #require(JobID($0)) }, version: try fields.integer("version"),
            kind: try fields.required("kind", fields.string("kind")),
            schemaVersion: Int(try fields.required("schema_version", fields.integer("schema_version"))),
            at: try fields.required("at", fields.timestamp("at")),
            attempt: try fields.integer("attempt").map { Int($0) }, actor: try fields.actor("actor"),
            data: try fields.required("data", fields.raw("data")))
    }
}
