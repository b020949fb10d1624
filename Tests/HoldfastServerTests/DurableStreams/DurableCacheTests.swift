import HoldfastCore
import HoldfastEngine
import HoldfastServer
import Testing

@Suite("Keeping pages of a durable stream", .timeLimit(.minutes(1)))
struct DurableCacheTests {
    @Test func `what stands before the end may be kept, and the end is asked for again`() async throws {
        try await TestServer.run({ server, _ in server.streams.pageEvents = 4 }) { server in
            let job = try await server.finishedJob()
            let first = try await server.durable(job)
            #expect(
                first.headers["cache-control"] == "private, max-age=60, stale-while-revalidate=300")
            let wait = try await server.durable(job, "?offset=-1&live=long-poll")
            #expect(wait.headers["cache-control"] == first.headers["cache-control"])
            #expect(wait.headers["etag"] == first.headers["etag"])
            var page = first
            while !page.isUpToDate { page = try await server.durable(job, "?offset=\(page.nextOffset)") }
            #expect(page.headers["cache-control"] == "private, no-cache")
            for answer in [first, wait, page] {
                #expect(answer.headers["vary"] == "Authorization, Cookie")
            }
        }
    }

    @Test func `who has a page already gets 304 with where it stands`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let page = try await server.durable(job)
            let tag = try #require(page.headers["etag"])
            for known in [tag, "\"x\", W/\(tag)", "*"] {
                let again = try await server.durable(job, headers: ["If-None-Match": known])
                #expect(again.status == 304 && again.body.isEmpty)
                #expect(again.headers["etag"] == tag && again.nextOffset == page.nextOffset)
                #expect(again.isUpToDate && again.isClosed)
            }
            let other = try await server.durable(job, headers: ["If-None-Match": "\"x\""])
            #expect(other.status == 200 && other.body == page.body)
        }
    }

    @Test func `a page is another one when more has come behind it, or the end`() async throws {
        try await TestServer.run({ server, _ in server.streams.pageEvents = 2 }) { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            let end = try await server.durable(worker.job)
            #expect(try end.elements().count == 2 && end.isUpToDate)
            let tail = "?offset=\(end.nextOffset)"
            let empty = try await server.durable(worker.job, tail)
            try await worker.complete()
            let full = try await server.durable(worker.job)
            #expect(full.body == end.body && !full.isUpToDate)
            let closed = try await server.durable(worker.job, tail)
            try await server.engine.steer(.retry(reason: nil), worker.job, by: .person("ana"))
            let last = try await server.durable(worker.job, "?offset=\(closed.nextOffset)")
            let tags = [end, empty, full, closed, last].map { $0.headers["etag"] ?? "none" }
            #expect(Set(tags).count == tags.count, "\(tags)")
        }
    }

    @Test(arguments: ["", "?offset=now", "?offset=-1&live=long-poll", "?offset=-1&live=sse"])
    func `a browser takes an answer for nothing else`(query: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.durable(try await server.finishedJob(), query)
            #expect(answer.status == 200)
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(answer.headers["cross-origin-resource-policy"] == "same-origin")
        }
    }

    @Test func `a page of an allowed origin may read where it stands`() async throws {
        try await TestServer.run({ server, _ in server.access.allowedOrigins = ["https://app.example"] }) {
            server in
            let job = try await server.finishedJob()
            let answer = try await server.durable(job, headers: ["Origin": "https://app.example"])
            let exposed = answer.headers["access-control-expose-headers"] ?? ""
            for name in [
                "Stream-Next-Offset", "Stream-Cursor", "Stream-Up-To-Date", "Stream-Closed", "ETag",
            ] { #expect(exposed.contains(name)) }
        }
    }
}
