import HTTPTypes
import HoldfastAPI
import HoldfastCore
import HoldfastServer
import HoldfastTesting
import Testing

@Suite("Who may read a view", .timeLimit(.minutes(1)))
struct ViewAccessTests {
    private func guarded(_ body: (TestServer) async throws -> Void) async throws {
        let authentication = try Guest.authentication()
        try await TestServer.runShowing(ParcelView(), { $0.authentication = authentication }, body)
    }

    @Test func `its owner and those who read everything, and for others there is no such job`() async throws {
        try await guarded { server in
            let job = try await server.enqueue(of: .ana)
            for (headers, status) in [
                (Guest.ana.headers, 200), (Guest.vera.headers, 200), (Guest.bob.headers, 404), ([:], 401),
            ] {
                #expect(try await server.ask("GET", "/parcels/p_\(job)", headers: headers).status == status)
            }
            for path in ["p_x", "\(job)", "p_\(JobID(high: 1, low: 2))"] {
                let answer = try await server.send(as: .ana, "GET", "/parcels/\(path)")
                #expect(try answer.problem().kind == .unknownJob)
            }
        }
    }

    @Test func `a token is good for its job's view, until a while after the job has ended`() async throws {
        try await guarded { server in
            let job = try await server.enqueue(of: .ana)
            let token = try await server.token(for: job)
            let other = try await server.enqueue(of: .ana)
            func status(_ job: JobID, _ token: String) async throws -> Int {
                try await server.ask("GET", "/parcels/p_\(job)?token=\(token)").status
            }
            #expect(try await status(other, token) == 403)
            #expect(try await server.send("POST", "/parcels/p_\(job)/token?token=\(token)").status == 401)
            // Long after a token of the engine's own has ended.
            server.clock.advance(by: .seconds(3600))
            #expect(try await status(job, token) == 200)
            try await server.whenOpen(0)
            server.clock.advance(by: .seconds(3600))
            let worker = try await HandWorker(server, job)
            try await worker.complete()
            server.clock.advance(by: .seconds(15 * 60 - 1))
            #expect(try await status(job, token) == 200)
            try await server.whenOpen(0)
            server.clock.advance(by: .seconds(15 * 60 - 1))
            #expect(try await status(job, token) == 200, "15 minutes after its last stream")
            try await server.whenOpen(0)
            server.clock.advance(by: .seconds(15 * 60))
            #expect(try await status(job, token) == 401)
        }
    }

    @Test func `nobody gets a token for the job of somebody else`() async throws {
        try await guarded { server in
            let job = try await server.enqueue(of: .ana)
            let answer = try await server.send(as: .bob, "POST", "/parcels/p_\(job)/token")
            #expect(try answer.problem().kind == .unknownJob)
        }
    }

    @Test func `a GET that begins something is not for pages of other sites`() async throws {
        try await guarded { server in
            for (site, status) in [
                ("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200),
            ] {
                let answer = try await server.send(
                    as: .ana, "GET", "/begin", headers: ["Sec-Fetch-Site": site])
                #expect(answer.status == status)
            }
        }
    }

    @Test func `a path for jobs of one kind has no others, not even for admins`() async throws {
        try await TestServer.run(endpoints: { holdfast, table in
            table.jobKind = "parcel.send"
            table.on("parcels/:id", .get, .jobStream) { request, path, caller in
                try await holdfast.stream(path.job(), in: ParcelView(), to: request, of: caller)
            }
            table.on("parcels/:id", .post, .job(.steerJob)) { _, _, _ in .json(.emptyObject) }
        }) { server in
            let (parcel, other) = (try await server.enqueue("parcel.send"), try await server.enqueue())
            for method in ["GET", "POST"] {
                #expect(try await server.ask(method, "/parcels/\(parcel)").status == 200)
                for job in [other, JobID(high: 1, low: 2)] {
                    let answer = try await server.ask(method, "/parcels/\(job)")
                    #expect(try answer.problem().kind == .unknownJob)
                }
            }
        }
    }

    @Test func `connections are counted for each job`() async throws {
        try await TestServer.runShowing(ParcelView()) { server in
            let (job, other) = (try await server.enqueue(), try await server.enqueue())
            var streams: [WireStream] = []
            for id in [job, job, other] {
                streams.append(try await WireStream(server, "/parcels/p_\(id)"))
            }
            streams.append(try await WireStream(server, of: job))
            try await server.whenOpen(4)
            let counts = try await server.send("GET", "/watched").fields()
            #expect(try counts.integer(job.description) == 2)
            #expect(try counts.integer(other.description) == 1)
            let open = try await server.send("GET", "/v1/stats").fields()
            #expect(open.raw("streams")?.text.contains(#""form":"parcels""#) == true)
            for stream in streams { await stream.cut() }
            try await server.whenOpen(0)
            #expect(try await server.send("GET", "/watched").body == "{}")
        }
    }
}

extension TestServer {
    /// A token for the view of a parcel of Ana's.
    fileprivate func token(for job: JobID) async throws -> String {
        let answer = try await send(as: .ana, "POST", "/parcels/p_\(job)/token")
        return try #require(try answer.fields().string("token"))
    }
}
