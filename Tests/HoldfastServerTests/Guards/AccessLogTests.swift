import HoldfastCore
import HoldfastServer
import Logging
import Synchronization
import Testing

@testable import HoldfastServer

@Suite("The access log", .timeLimit(.minutes(1)))
struct AccessLogTests {
    @Test(arguments: [
        ("/v1/jobs", "/v1/jobs"), ("/v1/jobs?state=failed", "/v1/jobs?state=failed"),
        ("/s?token=abc", "/s?token=REDACTED"),
        ("/s?from=now&token=a.b-c&x=1", "/s?from=now&token=REDACTED&x=1"),
        ("/s?%74oken=abc", "/s?%74oken=REDACTED"), ("/s?TOKEN=abc", "/s?TOKEN=REDACTED"),
        ("/s?token", "/s?token=REDACTED"), ("/s?token=a=b", "/s?token=REDACTED"),
        ("/s?tok%zzen=abc", "/s?tok%zzen=REDACTED"),
        ("/s?token=a&token=b", "/s?token=REDACTED&token=REDACTED"),
    ])
    func `a token is taken out of a path`(path: String, expected: String) {
        #expect(AccessLog.redacted(path) == expected)
    }

    @Test func `each request leaves a line that names the caller, and no credential`() async throws {
        let lines = LogLines()
        var configuration = JobServerConfiguration()
        configuration.authentication = try Guest.authentication()
        configuration.accessLogLevel = .info
        try await TestServer.run(
            logger: lines.logger,
            { server, _ in
                server = configuration
                server.port = 0
            }
        ) { server in
            let job = try await server.enqueue(of: .ana)
            let cookie = try await server.cookie(of: .ana)
            let token = try await server.streamToken(of: .ana, #"{"job":"\#(job)"}"#)
            _ = try await server.ask("GET", "/v1/jobs/\(job)/stream?token=\(token)")
            try await server.send("GET", "/v1/jobs", headers: ["Cookie": cookie]).expect(200)
            try await server.send("GET", "/v1/jobs").expect(401)
            try await server.send("GET", "/nowhere?token=\(token)").expect(404)
            let written = lines.all
            for secret in [
                Guest.ana.key, token, String(cookie.split(separator: "=")[1]), "hft_", "hfs_", "hfk_",
            ] {
                #expect(!written.contains { $0.contains(secret) }, "\(secret)")
            }
            #expect(
                written.contains { $0.hasPrefix("POST /v1/session status=201") && $0.contains("caller=ana") })
            #expect(
                written.contains { $0.contains("stream?token=REDACTED") && $0.contains("via=stream_token") })
            #expect(written.contains { $0.contains("status=401") && !$0.contains("caller=") })
            #expect(written.contains { $0.hasPrefix("GET /nowhere?token=REDACTED status=404") })
        }
    }

    @Test func `nothing that holds a secret prints it`() throws {
        let authentication = try Guest.authentication()
        var printed = "\(authentication)" + String(reflecting: authentication)
        dump(authentication, to: &printed)
        #expect(!printed.contains(Guest.secret))
        #expect(!printed.contains("48, 49, 50, 51"))
    }
}

/// Collects what is logged.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock(\.self) }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in LineHandler(lines: self) }
        logger.logLevel = .info
        return logger
    }

    private func append(_ line: String) { lines.withLock { $0.append(line) } }

    private struct LineHandler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: Logging.LogEvent) {
            var fields = event.metadata ?? [:]
            let status = fields.removeValue(forKey: "status").map { " status=\($0)" } ?? ""
            let rest = fields.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            lines.append(event.message.description + status + rest)
        }
    }
}
