import AsyncHTTPClient
import HummingbirdHTTP2
import NIOCore
import NIOHTTP1
import NIOPosix
import Subprocess
import Testing

/// Encrypted connections of a real server, with a certificate that is made for each test.
@Suite("Encrypted connections", .timeLimit(.minutes(2)))
struct EncryptionTests {
    /// A client that believes every certificate, because nobody vouches for those of tests.
    private static func withClient<Result>(
        _ version: HTTPClient.Configuration.HTTPVersion, _ body: (HTTPClient) async throws -> Result
    ) async throws -> Result {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        var settings = HTTPClient.Configuration(tlsConfiguration: tls)
        settings.httpVersion = version
        let client = HTTPClient(
            eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: settings)
        do {
            let result = try await body(client)
            try await client.shutdown()
            return result
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    /// Runs a body beside a server with a fresh certificate; it has to stop the server.
    private func serve<Result: Sendable>(
        _ place: Workplace, _ body: (Server) async throws -> Result
    ) async throws -> (result: Result, status: TerminationStatus) {
        try await place.makeCertificate()
        return try await BuiltCommand.run(
            ["serve", "--db", place.database, "--port", "0"] + place.certificateOptions
        ) { try await body(try await Server($0)) }
    }

    private func enqueue(_ place: Workplace) async throws -> String {
        let outcome = try await BuiltCommand.run([
            "enqueue", "inventory", "--db", place.database, "--input", place.input, "--quiet", "--delay",
            "1h",
        ])
        return try #require(outcome.lines.first)
    }

    @Test(arguments: [
        (HTTPClient.Configuration.HTTPVersion.automatic, HTTPVersion.http2), (.http1Only, .http1_1),
    ])
    func `the protocol is agreed upon, and a stream sends each event when it happens`(
        allowed: HTTPClient.Configuration.HTTPVersion, agreed: HTTPVersion
    ) async throws {
        let place = try Workplace()
        let (_, status) = try await serve(place) { server in
            #expect(server.url.hasPrefix("https://"))
            let job = try await enqueue(place)
            try await Self.withClient(allowed) { client in
                let url = "\(server.url)/v1/jobs/\(job)"
                let shown = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(30))
                #expect(shown.version == agreed)
                #expect(shown.status == .ok)
                _ = try await shown.body.collect(upTo: 1 << 20)
                var stream = try await EventStream("\(url)/stream", over: client)
                #expect(stream.status == 200)
                for name in ["stream.open", "stream.snapshot", "stream.caught_up"] {
                    #expect(try await stream.next()?.event == name)
                }
                // Each comes while the stream stays open and nothing follows it.
                for (verb, event) in [("pause", "job.paused"), ("resume", "job.unpaused")] {
                    var request = HTTPClientRequest(url: "\(url)/\(verb)")
                    request.method = .POST
                    let answer = try await client.execute(request, timeout: .seconds(30))
                    #expect(answer.status == .ok)
                    _ = try await answer.body.collect(upTo: 1 << 20)
                    #expect(try await stream.next()?.event == event)
                }
                try server.command.terminate()
                #expect(try await stream.next()?.event == "stream.rotate")
                #expect(try await stream.next() == nil)
            }
        }
        #expect(status == .exited(0))
    }

    @Test func `a server with a hundred open streams of HTTP/2 is gone within five seconds`() async throws {
        let place = try Workplace()
        let clock = ContinuousClock()
        let (stopping, status) = try await serve(place) { server in
            let job = try await enqueue(place)
            return try await Self.withClient(.automatic) { client in
                let readers = (0..<100).map { _ in StubbornReader(of: "/v1/jobs/\(job)", over: client) }
                return try await server.stop(with: readers).asked
            }
        }
        #expect(status == .exited(0))
        #expect(clock.now - stopping < .seconds(5))
    }

    @Test func `files that do not belong together are named, and nothing is served`() async throws {
        let (place, other) = (try Workplace(), try Workplace())
        try await place.makeCertificate()
        try await other.makeCertificate()
        let serve = ["serve", "--db", place.database, "--port", "0", "--tls-cert", place.certificate]
        let cases = [
            (other.key, "is not that of the first certificate in"), (place.path + "/none", "no such file"),
            (place.certificate, "holds no private key"),
        ]
        for (key, words) in cases {
            let outcome = try await BuiltCommand.run(serve + ["--tls-key", key])
            #expect(outcome.status == .exited(65))
            #expect(outcome.errors.contains(words))
            #expect(outcome.errors.contains(key))
            #expect(outcome.output.isEmpty)
        }
        #expect(try await BuiltCommand.run(serve).status == .exited(64))
    }
}

extension Workplace {
    fileprivate var certificate: String { path + "/certificate.pem" }
    fileprivate var key: String { path + "/key.pem" }
    fileprivate var certificateOptions: [String] { ["--tls-cert", certificate, "--tls-key", key] }

    /// Makes a key and a certificate that is signed by it, for one day.
    fileprivate func makeCertificate() async throws {
        let script = #"""
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost \
                -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -out "$1" -keyout "$2"
            """#
        let outcome = try await BuiltCommand.shell(script, [certificate, key])
        try #require(outcome.status.isSuccess, "openssl says: \(outcome.errors)")
    }
}
