import Foundation

/// The recorded files beside these tests.
enum Fixtures {
    /// The golden events: one file for each kind and schema version.
    static let events = folder("Events")
    /// The recorded histories, each with the state that it led to.
    static let histories = folder("Histories")

    /// Whether `HOLDFAST_RECORD=1` asks to write what is compared.
    static var isRecording: Bool { ProcessInfo.processInfo.environment["HOLDFAST_RECORD"] == "1" }

    /// The names of the files in a folder, in order.
    static func names(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    /// The lines of a text, without the one that its last line break would begin.
    static func lines(of url: URL) throws -> [String] {
        try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// Writes lines, each ended by a line break.
    static func write(_ lines: [String], to url: URL) throws {
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: url, options: .atomic)
    }

    private static func folder(_ name: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
    }
}
