import Foundation
import HoldfastCore
import HoldfastServer
import HoldfastStore
import Testing

@testable import HoldfastCLI

@Suite("The file of --auth", .timeLimit(.minutes(1)))
struct AuthFileTests {
    private static let digest = String(repeating: "0", count: 64)
    private static let secret = String(repeating: "s", count: 32)

    @Test func `everything in it counts, and paths are relative to it`() throws {
        let desk = try CommandDesk()
        _ = try desk.write(Self.secret + "\n", to: "secret.txt")
        let path = try desk.write(
            """
            {"hs256_secret_file": "secret.txt", "session_key_file": "\(desk.file("secret.txt"))",
             "issuer": "https://id.example", "audience": "holdfast",
             "session_lifetime": "8h", "stream_token_lifetime": "5m",
             "limits": {"streams_per_caller": 7, "requests_per_second": null, "request_burst": 3},
             "api_keys": [{"name": "laptop", "sha256": "\(Self.digest)", "sub": "ana", "roles": ["viewer"]},
                          {"name": "robot", "sha256": "\(Self.digest)", "sub": "robot"}]}
            """, to: "auth.json")
        let access = try AuthFile(path).access
        let authentication = try #require(access.authentication)
        #expect(authentication.secret == (try Secret(Self.secret.utf8)))
        #expect(authentication.sessionKey == authentication.secret)
        #expect(authentication.issuer == "https://id.example" && authentication.audience == "holdfast")
        #expect(authentication.sessionLifetime == .seconds(8 * 3600))
        #expect(access.streamTokenLifetime == .seconds(300))
        #expect(access.limits?.streamsPerCaller == 7 && access.limits?.requestsPerSecond == nil)
        #expect(access.limits?.requestBurst == 3)
        #expect(authentication.apiKeys.map(\.name) == ["laptop", "robot"])
        #expect(authentication.apiKeys.map(\.roles) == [[.viewer], []])
    }

    @Test(arguments: [
        ("", "not JSON"), ("[]", "an object"), ("{}", "nobody could log in"),
        (#"{"apikeys": []}"#, #"there is no field "apikeys" here; there are api_keys, hs256_secret_file"#),
        (#"{"api_keys": {}}"#, #""api_keys" should be a list of objects"#),
        (#"{"api_keys": [{"name": "a", "sub": "ana", "sha256": "00"}]}"#, "64 lower-case"),
        (#"{"api_keys": [{"name": "a", "sub": "ana"}]}"#, #""sha256" should be given"#),
        (
            #"{"api_keys": [{"name": "a", "sub": "ana", "sha256": "00", "role": "admin"}]}"#,
            #"no field "role""#
        ),
        (
            #"{"api_keys": [{"name": "a", "sub": "ana", "sha256": "00", "roles": ["root"]}]}"#,
            "viewer, operator"
        ),
        (#"{"session_lifetime": "long", "hs256_secret_file": "secret.txt"}"#, "15m or 12h"),
        (#"{"hs256_secret_file": "short.txt"}"#, "at least 32 bytes"),
        (#"{"jwks_file": "short.txt"}"#, "no JSON Web Key Set"),
        (#"{"jwks_file": "empty.json"}"#, "no key for RS256 or ES256"),
        (#"{"limits": {"streams_per_caller": 0}, "hs256_secret_file": "secret.txt"}"#, "above 0"),
    ])
    func `what does not fit is named in a sentence, and nothing is served`(text: String, says: String)
        async throws
    {
        let desk = try CommandDesk()
        _ = try desk.write(Self.secret, to: "secret.txt")
        _ = try desk.write("short", to: "short.txt")
        _ = try desk.write(#"{"keys": []}"#, to: "empty.json")
        let path = try desk.write(text, to: "auth.json")
        let outcome = try await desk.run("serve", "--port", "0", "--auth", path)
        #expect(outcome.code == .badValue, "\(outcome.errors)")
        #expect(outcome.errors.contains("auth.json") && outcome.errors.contains(says), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    @Test func `a file that is missing is named`() async throws {
        let desk = try CommandDesk()
        let outcome = try await desk.run("serve", "--port", "0", "--auth", desk.file("nowhere.json"))
        #expect(outcome.code == .noSuchFile && outcome.errors.contains("nowhere.json"))
    }

    @Test func `files that others may read are told, the public keys excepted`() throws {
        let desk = try CommandDesk()
        let secret = try desk.write(Self.secret, to: "secret.txt")
        let path = try desk.write(#"{"hs256_secret_file": "secret.txt"}"#, to: "auth.json")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try AuthFile(path).openFiles.isEmpty)
        for mode in [0o640, 0o604] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: secret)
            #expect(try AuthFile(path).openFiles == [secret])
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(try AuthFile(path).openFiles == [path, secret])
    }

    @Test func `a key that the command made opens the file that holds its line`() async throws {
        let desk = try CommandDesk()
        let page = try await desk.run("token", "key", "--sub", "ana", "--json")
        let entry = try #require(try JSONFields(JSONText(validating: page.lines[0])).raw("entry"))
        let path = try desk.write(#"{"api_keys": [\#(entry.text)]}"#, to: "auth.json")
        #expect(try AuthFile(path).access.authentication?.apiKeys.first?.subject == "ana")
    }

    @Test(arguments: [
        "*", "null", "app.example", "https://app.example/", "https://", "https://*.example", "ftp://a",
    ])
    func `an origin is a scheme and a host`(origin: String) async throws {
        let outcome = try await CommandDesk().run("serve", "--port", "0", "--cors", origin)
        #expect(outcome.code == .usage)
        #expect(outcome.errors.contains("https://app.example:8443"))
    }

    @Test func `the documentation names every field, and no other`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(
            contentsOf: root.appending(path: "Docs/Holdfast.docc/Security.md"), encoding: .utf8)
        func names(_ headline: String) throws -> Set<String> {
            let section = try #require(page.split(separator: headline).last?.split(separator: "\n## ").first)
            let cells = section.split(separator: "\n").filter { $0.hasPrefix("| `") }
            return Set(
                cells.compactMap { $0.dropFirst(2).split(separator: " |").first }
                    .flatMap { $0.split(separator: ", ") }.map { String($0.filter { $0 != "`" }) })
        }
        #expect(try names("## The file") == Set(AuthFile.fields))
        #expect(try names("## Limits") == Set(AuthFile.limitFields))
    }
}
