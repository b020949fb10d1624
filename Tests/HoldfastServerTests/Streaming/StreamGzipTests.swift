import CZlib
import HTTPTypes
import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Hummingbird
import NIOCore
import Testing

@testable import HoldfastServer

@Suite("Compressed streams", .timeLimit(.minutes(1)))
struct StreamGzipTests {
    private let asking = ["Accept-Encoding": "gzip, deflate, br"]

    @Test func `each event can be read as soon as it is sent, and the whole is one gzip file`() async throws {
        try await TestServer.run({ server, _ in server.streams.grace = .zero }) { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            let path = "/v1/jobs/\(worker.job)/stream?from=now"
            var plain = try await WireStream(server, path)
            var stream = try await WireStream(server, path, headers: asking)
            #expect(stream.head.headers["content-encoding"] == "gzip")
            #expect(stream.head.headers["vary"] == "Accept-Encoding")
            #expect(plain.head.headers["content-encoding"] == nil)
            let gunzip = try Gunzip()
            func read(through text: String) async throws {
                while !gunzip.text.contains(text) {
                    try gunzip.read(try #require(try await stream.reader.bytes()))
                }
            }
            try await read(through: "stream.caught_up")
            for number in 1...20 {
                try await worker.say("line \(number).")
                try await read(through: "line \(number).")
            }
            try await worker.complete()
            while let bytes = try await stream.reader.bytes() { try gunzip.read(bytes) }
            #expect(gunzip.isWhole)
            var expected: [UInt8] = []
            while let bytes = try await plain.reader.bytes() { expected += bytes }
            #expect(gunzip.text == String(decoding: expected, as: UTF8.self))
        }
    }

    @Test(arguments: ["stream?from=start", "events?format=ndjson", "events?format=ndjson&limit=3"])
    func `the past is the same as without it`(end: String) async throws {
        try await TestServer.run({ server, _ in
            server.streams.pageEvents = 4
            server.streams.grace = .zero
        }) { server in
            let path = "/v1/jobs/\(try await server.finishedJob(lines: 30))/\(end)"
            for _ in 1...2 {
                var stream = try await WireStream(server, path, headers: asking)
                let gunzip = try Gunzip()
                while let bytes = try await stream.reader.bytes() { try gunzip.read(bytes) }
                #expect(gunzip.isWhole)
                var plain = try await WireStream(server, path)
                var expected: [UInt8] = []
                while let bytes = try await plain.reader.bytes() { expected += bytes }
                #expect(gunzip.text == String(decoding: expected, as: UTF8.self))
            }
        }
    }

    @Test(arguments: [
        ("gzip", true), ("br, GZIP;q=0.5", true), ("*", true), ("", false), ("identity", false),
        ("gzip;q=0", false), ("*;q=0.1, gzip; q=0", false), ("br", false),
    ])
    func `it is for those who ask for it`(accepted: String, isGzip: Bool) throws {
        let head = HTTPRequest(
            method: .get, scheme: "http", authority: "h", path: "/", headerFields: [.acceptEncoding: accepted]
        )
        #expect(Request(head: head, body: RequestBody(buffer: ByteBuffer())).acceptsGzip == isGzip)
    }

    @Test func `what many get is compressed once, and each piece stands alone`() throws {
        let deflater = try #require(StretchDeflater())
        let text = ByteBuffer(string: String(repeating: "the same line again\n", count: 500))
        let shared = DeflatedStretch()
        let pieces = (1...2).map { _ in shared.bytes(of: text, by: deflater) }
        let places = pieces.map { $0.bytes.withVeryUnsafeBytes { $0.baseAddress } }
        #expect(places[0] == places[1], "compressed twice")
        #expect(pieces[0].bytes.readableBytes < text.readableBytes / 10)
        // Nothing in a piece refers to the one before it: it is as long as it was alone.
        #expect(deflater.deflate(text).bytes == pieces[0].bytes)
    }

    @Test(arguments: [0, 1, 255, 256, 4_096, 300_000])
    func `pieces of any size make one file`(size: Int) throws {
        let deflater = try #require(StretchDeflater())
        var random = SeededRandom(seed: UInt64(size))
        let piece = ByteBuffer(bytes: (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) })
        var frame = GzipFrame()
        let gunzip = try Gunzip()
        try gunzip.read(GzipFrame.head)
        for _ in 1...3 {
            let deflated = deflater.deflate(piece)
            frame.follow(deflated)
            try gunzip.read(Array(deflated.bytes.readableBytesView))
        }
        try gunzip.read(Array(frame.tail.readableBytesView))
        #expect(gunzip.isWhole)
        #expect(gunzip.bytes == Array(repeating: Array(piece.readableBytesView), count: 3).flatMap(\.self))
    }
}
