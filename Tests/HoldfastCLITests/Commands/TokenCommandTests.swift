import HoldfastCore
import HoldfastServer
import HoldfastStore
import Testing

@testable import HoldfastCLI

@Suite("Commands about tokens", .timeLimit(.minutes(1)))
struct TokenCommandTests {
    private static let secret = String(repeating: "s", count: 32)

    @Test func `a key is shown once, and its line for the file has only the digest`() async throws {
        let desk = try CommandDesk()
        let page = try await desk.run("token", "key", "--sub", "ana", "--role", "operator")
        #expect(page.code == .success, "\(page.errors)")
        let key = try #require(page.lines.first { $0.hasPrefix("    hfk_") }).drop { $0 == " " }
        #expect(key.utf8.count == "hfk_".utf8.count + 43)
        let digest = SHA256Sum(of: String(key)).description
        let line = #"{"name":"ana","sha256":"\#(digest)","sub":"ana","roles":["operator"]}"#
        #expect(page.lines.last == "    \(line)")
        #expect(page.output.split(separator: key).count == 2)
    }

    @Test func `no two keys are the same`() async throws {
        let desk = try CommandDesk()
        var keys: Set<String> = []
        for _ in 1...20 {
            let page = try await desk.run("token", "key", "--sub", "ana", "--name", "laptop", "--json")
            let fields = try JSONFields(JSONText(validating: page.lines[0]))
            keys.insert(try #require(try fields.string("key")))
            #expect(try fields.object("entry")?.string("name") == "laptop")
        }
        #expect(keys.count == 20)
    }

    @Test func `a token is signed with the secret of a file`() async throws {
        let desk = try CommandDesk()
        let file = try desk.write(Self.secret + "\n", to: "secret.txt")
        let page = try await desk.run(
            "token", "jwt", "--sub", "ana", "--role", "viewer", "--for", "1h", "--secret-file", file)
        #expect(page.code == .success, "\(page.errors)")
        #expect(page.lines.count == 1 && page.lines[0].split(separator: ".").count == 3)
    }

    @Test(arguments: [
        (["token", "key"], "sub"), (["token", "key", "--sub", "ana", "--role", "root"], "viewer, operator"),
        (["token", "jwt", "--sub", "ana", "--for", "soon", "--secret-file", "x"], "30s, 5m"),
    ])
    func `what does not fit is a mistake of usage`(arguments: [String], says: String) async throws {
        let outcome = try await CommandDesk().run(arguments)
        #expect(outcome.code == .usage)
        #expect(outcome.errors.contains(says), "\(outcome.errors)")
    }

    @Test func `a secret that is short or missing is refused`() async throws {
        let desk = try CommandDesk()
        let line = ["token", "jwt", "--sub", "ana", "--for", "1h", "--secret-file"]
        let short = try await desk.run(line + [try desk.write("short", to: "short.txt")])
        #expect(short.code == .badValue && short.errors.contains("at least 32 bytes"))
        #expect(try await desk.run(line + [desk.file("nowhere")]).code == .noSuchFile)
    }
}
