import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastTesting
import Testing

@testable import HoldfastServer

@Suite("How much one caller may take", .timeLimit(.minutes(1)))
struct LimitTests {
    private let ana = Caller(subject: "ana", via: .apiKey)

    @Test func `of ten thousand streams of one caller as many open as the limit says`() throws {
        let limits = RequestLimits()
        let seats = StreamSeats(limits, tokenLifetime: .seconds(900), now: { ManualClock.start })
        var taken: [StreamSeat] = []
        var refused = 0
        for _ in 1...10_000 {
            do {
                taken.append(try seats.take(ana))
            } catch {
                #expect(error == .tooManyStreams(limit: 1_000, per: .caller))
                refused += 1
            }
        }
        #expect(taken.count == 1_000 && refused == 9_000)
        // Others are not in the way of each other.
        _ = try seats.take(Caller(subject: "bob", via: .apiKey))
        taken.removeFirst()
        taken.append(try seats.take(ana))
        #expect(throws: AccessFault.self) { try seats.take(ana) }
    }

    @Test func `ten thousand streams of one address are the limit, whoever opens them`() throws {
        let seats = StreamSeats(RequestLimits(), tokenLifetime: .seconds(900), now: { ManualClock.start })
        var taken: [StreamSeat] = []
        func caller(_ number: Int, _ address: String) -> Caller {
            var caller = Caller(subject: Owner(unchecked: "c\(number)"), via: .apiKey)
            caller.address = address
            return caller
        }
        for number in 0..<10_000 { taken.append(try seats.take(caller(number, "192.0.2.1"))) }
        #expect(throws: AccessFault.tooManyStreams(limit: 10_000, per: .address)) {
            try seats.take(caller(0, "192.0.2.1"))
        }
        taken.append(try seats.take(caller(0, "192.0.2.2")))
        for seat in taken { seat.leave() }
        _ = try seats.take(caller(0, "192.0.2.1"))
    }

    @Test func `who waits for a page takes a place among the streams, and gives it back`() async throws {
        try await TestServer.runGuarded { configuration in
            var limits = RequestLimits()
            limits.streamsPerCaller = 1
            configuration.access.limits = limits
        } _: { server in
            async let first = server.send(as: .ana, "GET", "/v1/stream?wait=60&from=now")
            try await server.whenOpen(1)
            let second = try await server.send(as: .ana, "GET", "/v1/stream?wait=60&from=now")
            #expect(second.status == 429)
            let other = try await server.send(as: .bob, "GET", "/v1/stream?wait=0&from=now")
            #expect(other.status == 200)
            try await server.enqueue(of: .ana)
            #expect(try await first.status == 200)
            await server.server.streams.whenEmpty()
            let third = try await server.send(as: .ana, "GET", "/v1/stream?wait=0&from=now")
            #expect(third.status == 200)
        }
    }

    @Test func `a seat is given back once`() throws {
        var limits = RequestLimits()
        limits.streamsPerCaller = 2
        let seats = StreamSeats(limits, tokenLifetime: .seconds(900), now: { ManualClock.start })
        let first = try seats.take(ana)
        let second = try seats.take(ana)
        first.leave()
        first.leave()
        let third = try seats.take(ana)
        #expect(throws: AccessFault.self) { try seats.take(ana) }
        withExtendedLifetime((second, third)) {}
    }

    @Test func `tokens are forgotten when they are good no more`() throws {
        let clock = ManualClock()
        let seats = StreamSeats(RequestLimits(), tokenLifetime: .seconds(60), now: { clock.timestamp })
        for number in 1...100 {
            var caller = ana
            caller.grant = StreamGrant(id: "\(number)", scope: .filter([:]))
            try seats.take(caller).leave()
        }
        #expect(seats.tokenCount == 100)
        clock.advance(by: .seconds(59))
        #expect(seats.isInUse("7"))
        var caller = ana
        caller.grant = StreamGrant(id: "7", scope: .filter([:]))
        let seat = try seats.take(caller)
        clock.advance(by: .seconds(1))
        #expect(seats.isInUse("7") && seats.tokenCount == 1)
        seat.leave()
        clock.advance(by: .seconds(60))
        #expect(!seats.isInUse("7") && seats.tokenCount == 0)
    }

    @Test func `a bucket lets through a burst, then the rate`() throws {
        let clock = ManualClock()
        var limits = RequestLimits()
        (limits.requestsPerSecond, limits.requestBurst) = (10, 20)
        let buckets = RequestBuckets(limits)
        func take() -> Int { (1...100).count { _ in (try? buckets.take("ana", at: clock.timestamp)) != nil } }
        #expect(take() == 20)
        clock.advance(by: .milliseconds(500))
        #expect(take() == 5)
        #expect(throws: AccessFault.tooManyRequests(wait: .milliseconds(100))) {
            try buckets.take("ana", at: clock.timestamp)
        }
        try buckets.take("bob", at: clock.timestamp)
        clock.advance(by: .seconds(60))
        #expect(take() == 20)
        // A clock that is set back gives nothing away.
        #expect(throws: AccessFault.self) { try buckets.take("ana", at: clock.timestamp + .seconds(-3600)) }
    }

    @Test func `above a limit it is 429 with the time to wait, and before a stream opens`() async throws {
        var limits = RequestLimits()
        limits.streamsPerCaller = 2
        limits.requestsPerSecond = 1
        limits.requestBurst = 8
        try await TestServer.runGuarded({ $0.access.limits = limits }) { server in
            let job = try await server.enqueue(of: .ana)
            let path = "/v1/jobs/\(job)/stream"
            var streams: [WireStream] = []
            for _ in 1...2 {
                streams.append(try await WireStream(server, path, headers: Guest.ana.headers))
                #expect(streams.last?.head.status == 200)
            }
            let full = try await server.ask("GET", path, headers: Guest.ana.headers)
            #expect(full.status == 429)
            #expect(full.headers["retry-after"] == "10")
            #expect(try full.problem().kind == .tooMany)
            // Asking for the head alone takes a seat for no longer than the answer.
            await streams[0].cut()
            while server.server.streams.count > 1 { await Task.yield() }
            for _ in 1...3 {
                #expect(try await server.ask("HEAD", path, headers: Guest.ana.headers).status == 200)
            }
            let again = try await WireStream(server, path, headers: Guest.ana.headers)
            #expect(again.head.status == 200)
            try await server.send(as: .ana, "GET", "/v1/jobs").expect(200)
            let fast = try await server.send(as: .ana, "GET", "/v1/jobs")
            #expect(fast.status == 429)
            #expect(fast.headers["retry-after"] == "1")
            try await server.send(as: .bob, "GET", "/v1/jobs").expect(200)
            server.clock.advance(by: .seconds(1))
            try await server.send(as: .ana, "GET", "/v1/jobs").expect(200)
            await streams[1].cut()
            await again.cut()
        }
    }

    @Test func `without authentication the sizes alone are limited`() {
        let access = AccessControl(AccessConfiguration(), environment: .system)
        #expect(access.limits.streamsPerCaller == nil && access.limits.requestsPerSecond == nil)
        #expect(access.limits.streamsPerAddress == nil)
        #expect(access.limits.headerBytes == RequestLimits().headerBytes)
    }
}
