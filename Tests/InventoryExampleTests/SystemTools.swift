import Foundation
import Testing

@testable import InventoryExample

/// What the system's own tools say about a tree, to compare with.
enum SystemTools {
    /// Tells whether `sha256sum -z` can be expected: it is part of GNU coreutils.
    static let hasSHA256Sum = FileManager.default.isExecutableFile(atPath: "/usr/bin/sha256sum")

    /// Returns the paths that `find DIR -type f` prints, in its order.
    static func find(_ directory: String) async throws -> [BytePath] {
        try await lines("/usr/bin/find", [directory, "-type", "f", "-print0"]).map { BytePath($0) }
    }

    /// Returns each file's hash as `find` and `sha256sum` give it.
    static func hashes(_ directory: String) async throws -> [BytePath: String] {
        let command = #"find "$1" -type f -print0 | xargs -0 -r sha256sum -z --"#
        var hashes: [BytePath: String] = [:]
        for line in try await lines("/bin/sh", ["-c", command, "sh", directory]) {
            hashes[BytePath(Array(line.dropFirst(66)))] = String(decoding: line.prefix(64), as: UTF8.self)
        }
        return hashes
    }

    private static func lines(_ program: String, _ arguments: [String]) async throws -> [[UInt8]] {
        try await FileThread(name: "system tool").run { _ in
            let process = Process()
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
            process.standardOutput = output
            try process.run()
            let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            return bytes.split(separator: 0).map(Array.init)
        }
    }
}

/// A line of the manifest as a stranger reads it: with a JSON parser, and no code of the writer.
struct ManifestLine: Decodable, Hashable {
    let path: String?
    let path_base64: Data?
    let size: Int64
    let sha256: String

    var bytePath: BytePath {
        path.map { BytePath($0) } ?? BytePath(Array(path_base64 ?? Data()))
    }

    static func read(_ manifest: String) throws -> [ManifestLine] {
        let contents = try Data(contentsOf: URL(fileURLWithPath: manifest))
        #expect(contents.isEmpty || contents.last == UInt8(ascii: "\n"))
        return try contents.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(ManifestLine.self, from: $0)
        }
    }
}

func contents(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
}
