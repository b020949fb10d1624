import Foundation
import Subprocess
import Testing

/// A folder of one test with a database and a tree of files, removed with the last reference.
final class Workplace: Sendable {
    let path: String
    private let program: ServerProgram
    private let variables: [String: String]

    init(_ program: ServerProgram = .holdfast, _ variables: [String: String] = [:]) throws {
        self.program = program
        self.variables = variables
        path = FileManager.default.temporaryDirectory.path + "/holdfast-e2e-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path + "/tree", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var database: String { path + "/jobs.db" }
    /// The program that serves the database on a free port, its arguments, and what it finds in its environment.
    var server: (program: String, arguments: [String], variables: [String: String]) {
        switch program {
        case .holdfast: ("holdfast", ["serve", "--db", database, "--port", "0"] + protection, variables)
        case .newsroom: ("Newsroom", [database, "0"], variables)
        case .apps: ("ReferenceApps", [], appVariables.merging(variables) { $1 })
        }
    }

    private var appVariables: [String: String] {
        ["DB": database, "PORT": "0", "PACE": "10", "FETCH_HOSTS": "127.0.0.1"]
    }

    /// Lets in only whom a file lists, from the next server on.
    func protect(_ json: String) throws { try Data(json.utf8).write(to: URL(fileURLWithPath: authFile)) }

    private var authFile: String { path + "/auth.json" }
    private var protection: [String] {
        FileManager.default.fileExists(atPath: authFile) ? ["--auth", authFile] : []
    }

    var tree: String { path + "/tree" }
    var manifest: String { path + "/manifest.jsonl" }
    var page: String { path + "/page.html" }

    /// The file in which an article comes.
    func article(_ number: Int) -> String { path + "/article-\(number).md" }

    /// Lets articles come.
    func write(articles: Int) throws {
        for number in 1...articles {
            try Data("# Article \(number)\n".utf8).write(to: URL(fileURLWithPath: article(number)))
        }
    }

    /// The input of an `inventory` over the tree.
    var input: String { #"{"path":"\#(tree)","output":"\#(manifest)"}"# }

    /// Adds files of a size, in directories of 50; they differ, and cost no room where files may have holes.
    func fill(files: Int, bytes: UInt64 = 16) throws {
        for number in 0..<files {
            let folder = "\(tree)/part \(number / 50)"
            if number % 50 == 0 {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
            let file = URL(fileURLWithPath: "\(folder)/file-\(number)")
            try Data("file \(number)\n".utf8).write(to: file)
            let handle = try FileHandle(forWritingTo: file)
            try handle.truncate(atOffset: bytes)
            try handle.close()
        }
    }

    /// What `find` and `sha256sum` say about the tree: the path of each file and its hash.
    func referenceHashes() async throws -> [String: String] {
        let script = #"find "$1" -type f -print0 | xargs -0 sha256sum -b --"#
        let outcome = try await BuiltCommand.shell(script, [tree])
        #expect(outcome.status.isSuccess)
        let lines = outcome.lines.map { ($0.dropFirst(66).description, $0.prefix(64).description) }
        return Dictionary(lines) { first, _ in first }
    }

    /// What the manifest says, read as a stranger does.
    func manifestEntries() throws -> [ManifestEntry] {
        try Data(contentsOf: URL(fileURLWithPath: manifest)).split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(ManifestEntry.self, from: $0)
        }
    }

    /// A line of the manifest.
    struct ManifestEntry: Decodable {
        let path: String
        let sha256: String
    }
}

/// What serves a database.
enum ServerProgram: Sendable {
    /// The product.
    case holdfast
    /// The example of a server of one's own.
    case newsroom
    /// The reference applications.
    case apps
}
