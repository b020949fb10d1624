import HoldfastCore
import HoldfastServer
import HoldfastTesting
import Testing

@Suite("A view in which nothing happens", .timeLimit(.minutes(1)))
struct ViewQuietTests {
    @Test func `signs of life have the text and the interval of the view`() async throws {
        let quiet = ViewQuiet(heartbeat: .seconds(30), text: "heartbeat %n")
        try await TestServer.runShowing(ParcelView(quiet: quiet)) { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            var stream = try await WireStream(server, "/parcels/p_\(worker.job)")
            #expect(try await stream.viewedBlock()?.lines == ["retry: 2000"])
            let began = server.clock.timestamp
            for number in 1...3 {
                // The server's own beat, at 15 s, is none of this stream's.
                try await server.clock.timer(at: began + .seconds(30) * number)
                server.clock.advance(by: .seconds(15))
                server.clock.advance(by: .seconds(15))
                #expect(try await stream.reader.line() == ": heartbeat \(number)")
            }
        }
    }

    @Test func `without a word of its own it beats as all streams do`() async throws {
        try await TestServer.runShowing(ParcelView()) { server in
            var stream = try await WireStream(server, "/parcels/p_\(try await server.enqueue())")
            #expect(try await stream.viewedBlock()?.lines == ["retry: 2000"])
            try await server.clock.timer(at: server.clock.timestamp + .seconds(15))
            server.clock.advance(by: .seconds(15))
            #expect(try await stream.reader.line() == ":")
        }
    }

    @Test func `a stream with no events for too long ends, one with events does not`() async throws {
        let quiet = ViewQuiet(heartbeat: .seconds(60), limit: .seconds(300))
        try await TestServer.runShowing(ParcelView(quiet: quiet)) { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            var stream = try await WireStream(server, "/parcels/p_\(worker.job)")
            _ = try await stream.viewedBlock()
            let began = server.clock.timestamp
            for minute in 1...8 {
                try await server.clock.timer(at: began + .seconds(60) * minute)
                server.clock.advance(by: .seconds(60))
                guard minute < 8 else { break }
                #expect(try await stream.reader.line() == ":")
                if minute == 3 {
                    try await worker.emit("note", "1")
                    #expect(try await stream.viewedEvents(1).count == 1)
                }
            }
            #expect(try await stream.viewedBlocks().isEmpty)
        }
    }
}
