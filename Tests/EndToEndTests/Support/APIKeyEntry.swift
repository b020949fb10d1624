import Foundation
import Testing

/// An API key as `holdfast token key` makes it.
struct APIKeyEntry: Sendable {
    /// What its owner sends.
    let key: String
    /// What the file of `--auth` lists.
    let entry: String

    /// Makes one.
    static func make(_ subject: String) async throws -> APIKeyEntry {
        let made = try await BuiltCommand.run(["token", "key", "--sub", subject, "--json"])
        let fields = try #require(
            try JSONSerialization.jsonObject(with: Data(made.output.utf8)) as? [String: Any])
        let entry = try JSONSerialization.data(withJSONObject: try #require(fields["entry"]))
        return APIKeyEntry(
            key: try #require(fields["key"] as? String), entry: String(decoding: entry, as: UTF8.self))
    }

    /// The header with which its owner says who they are.
    var headers: [String: String] { ["Authorization": "Bearer \(key)"] }
}
