import AsyncHTTPClient
import HoldfastTesting
import NIOHTTP1
import Testing

@Suite("A network that breaks", .timeLimit(.minutes(3)))
struct ChaosTests {
    private static let (readers, cuts) = (20, 1_000)

    @Test
    func `twenty readers that are cut a thousand times while a job is written to have its log in the end`()
        async throws
    {
        let place = try Workplace()
        try await Server.run(place) { server in
            let job = try #require(
                try await BuiltCommand.run([
                    "enqueue", "inventory", "--db", place.database, "--input", place.input, "--quiet",
                    "--delay", "1d",
                ]).lines.first)
            let readers = try await HTTPClient.withManyConnections { client in
                try await CuttingProxy.run(before: server, cuts: Self.cuts, seed: 4) { proxy in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 0..<4 {
                            group.addTask { try await write(to: job, of: server, seed: UInt64(number)) }
                        }
                        let readers = try await read(job, of: server, through: proxy, over: client)
                        group.cancelAll()
                        return readers
                    }
                }
            }
            #expect(readers.count == Self.readers)
            #expect(readers.map(\.breaks).reduce(0, +) >= Self.cuts / 2, "cuts went unnoticed")
            let history = try await BuiltCommand.run(["history", job, "--db", place.database, "--json"]).lines
            let log = history.joined(separator: ",")
            for (number, reader) in readers.enumerated() {
                let isEqual = reader.events == log
                #expect(isEqual, "reader \(number) has another log after \(reader.breaks) breaks")
            }
        }
    }

    /// Writes to a job as fast as the server takes it, until the job is over.
    private func write(to job: String, of server: Server, seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        while true {
            // Such as does not get small by compression.
            let text = (0..<40).map { _ in String(random.next(), radix: 36) }.joined()
            let signal = #"{"name":"go","payload":"\#(text)"}"#
            let answer = try await server.send(.POST, "/v1/jobs/\(job)/signal", signal)
            guard answer.status == 200 else {
                #expect(answer.status == 409, "\(answer.body)")
                return
            }
        }
    }

    /// Lets readers of all forms read to the end, which comes after the last cut.
    private func read(
        _ job: String, of server: Server, through proxy: CuttingProxy, over client: HTTPClient
    ) async throws -> [StubbornReader] {
        try await withThrowingTaskGroup(of: StubbornReader?.self) { group in
            for number in 0..<Self.readers {
                let forms = StubbornReader.Form.allCases
                let form = forms[number % forms.count]
                group.addTask {
                    var reader = StubbornReader(of: "/v1/jobs/\(job)", as: form, over: client)
                    try await reader.readToEnd(from: proxy.url)
                    return reader
                }
            }
            group.addTask {
                await proxy.whenDone()
                try await server.send(.POST, "/v1/jobs/\(job)/cancel").mustSucceed()
                return nil
            }
            return try await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
        }
    }
}
