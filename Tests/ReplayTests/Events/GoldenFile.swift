import Foundation
import HoldfastCore
import HoldfastStore

/// The stored values of a few events of one kind and schema version, one JSON object a line.
///
/// Its name is `<kind>.v<schema version>.json`. Events like these may be in anybody's log, so a file that was
/// released is never changed or removed: a new schema version gets a file of its own.
struct GoldenFile: Sendable {
    /// The stored name of the kind.
    let kind: String
    /// The schema version, from 1.
    let version: Int

    /// Names the file of a kind as it is written today.
    init(of kind: EventKind) {
        self.kind = kind.rawValue
        version = EventCodec.schemaVersion(of: kind)
    }

    /// Reads a file's name; nil when it names no kind and version.
    init?(named name: String) {
        guard let match = name.wholeMatch(of: #/(.+)\.v([1-9][0-9]*)\.json/#), let version = Int(match.2)
        else {
            return nil
        }
        kind = String(match.1)
        self.version = version
    }

    /// The names of all files.
    static func names() throws -> [String] { try Fixtures.names(in: Fixtures.events) }

    /// The file's name.
    var name: String { "\(kind).v\(version).json" }

    /// The events as they are stored.
    func objects() throws -> [JSONText] { try Fixtures.lines(of: url).map(JSONText.init(unchecked:)) }

    /// Writes the file, unless it is there.
    func record(_ objects: [JSONText]) throws {
        guard !FileManager.default.fileExists(atPath: url.path) else { return }
        try Fixtures.write(objects.map(\.text), to: url)
    }

    /// The event that one of the objects means.
    func decode(_ object: JSONText) throws(EventDecodingError) -> LogEvent {
        try EventCodec.decode(kind: kind, schemaVersion: version, data: object)
    }

    private var url: URL { Fixtures.events.appending(path: name) }
}
