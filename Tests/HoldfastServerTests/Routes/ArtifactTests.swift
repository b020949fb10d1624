import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import Testing

@Suite("Artifacts over HTTP", .timeLimit(.minutes(1)))
struct ArtifactTests {
    @Test func `the list has what was saved so far, page by page`() async throws {
        try await TestServer.run { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            let path = "/v1/jobs/\(worker.job)/artifacts"
            #expect(try await server.send("GET", path).body == #"{"artifacts":[],"next":null}"#)
            try await worker.save("report.pdf", "%PDF", "application/pdf")
            try await worker.save("src/main.swift", "print(1)", .text)
            let all = try await server.send("GET", path)
            #expect(all.status == 200)
            let records = try await server.engine.artifacts(of: worker.job)
            #expect(all.body == ArtifactPage(artifacts: records, next: nil).json.text)
            #expect(
                all.body.contains(#"{"name":"report.pdf","media_type":"application/pdf","bytes":4,"sha256":"#)
            )
            let first = try await server.send("GET", path + "?limit=1").fields()
            #expect(try first.string("next") == "report.pdf")
            let second = try await server.send("GET", path + "?limit=1&after=report.pdf")
            #expect(second.body.contains("src/main.swift") && !second.body.contains("report.pdf"))
            #expect(try second.fields().string("next") == nil)
        }
    }

    @Test func `a file is downloaded while its job runs and after it failed, and no browser shows it`()
        async throws
    {
        try await TestServer.run { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            let sha256 = try await worker.save(
                "pages/über%uns.html", "<script>alert(1)</script>", "text/html")
            let path = "/v1/jobs/\(worker.job)/artifacts/pages/%C3%BCber%25uns.html"
            for isFailed in [false, true] {
                if isFailed {
                    let failure = JobFailure(type: "Mishap", message: "broken")
                    try await worker.work(.failAttempt(failure, .discard))
                }
                let answer = try await server.send("GET", path)
                #expect(answer.status == 200)
                #expect(answer.body == "<script>alert(1)</script>")
                #expect(answer.headers["content-type"] == "text/html")
                #expect(answer.headers["content-length"] == "25")
                #expect(answer.headers["etag"] == "\"\(sha256)\"")
                #expect(answer.headers["x-content-type-options"] == "nosniff")
                #expect(answer.headers["content-security-policy"] == "default-src 'none'; sandbox")
                #expect(
                    answer.headers["content-disposition"]
                        == "attachment; filename*=UTF-8''%C3%BCber%25uns.html")
            }
            let head = try await server.send("HEAD", path)
            #expect(head.status == 200 && head.headers["content-length"] == "25")
        }
    }

    @Test func `a client that has the bytes is told so`() async throws {
        try await TestServer.run { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            let sha256 = try await worker.save("a.txt", "first", .text)
            let path = "/v1/jobs/\(worker.job)/artifacts/a.txt"
            let tag = "\"\(sha256)\""
            for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                let answer = try await server.send("GET", path, headers: ["If-None-Match": known])
                #expect(answer.status == 304, "\(known)")
                #expect(answer.headers["etag"] == tag && answer.body.isEmpty)
            }
            try await worker.save("a.txt", "second", .text)
            let answer = try await server.send("GET", path, headers: ["If-None-Match": tag])
            #expect(answer.status == 200 && answer.body == "second")
        }
    }

    @Test func `a part is sent when one is asked for`() async throws {
        try await TestServer.run { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            let sha256 = try await worker.save("a.txt", "0123456789", .text)
            let path = "/v1/jobs/\(worker.job)/artifacts/a.txt"
            for (range, part, place) in [
                ("bytes=2-4", "234", "2-4"), ("bytes=7-", "789", "7-9"), ("bytes=-3", "789", "7-9"),
                ("bytes=0-99", "0123456789", "0-9"), ("bytes=-99", "0123456789", "0-9"),
            ] {
                let answer = try await server.send("GET", path, headers: ["Range": range])
                #expect(answer.status == 206 && answer.body == part, "\(range)")
                #expect(answer.headers["content-range"] == "bytes \(place)/10")
            }
            for range in ["bytes=4-2", "bytes=1-2,4-5", "lines=1-2", "bytes=-", "bytes=x-"] {
                let answer = try await server.send("GET", path, headers: ["Range": range])
                #expect(answer.status == 200 && answer.body == "0123456789", "\(range)")
            }
            for range in ["bytes=10-", "bytes=-0", "bytes=99999999999999999999-"] {
                let answer = try await server.send("GET", path, headers: ["Range": range])
                #expect(try answer.problem().kind == .rangeOutside, "\(range)")
                #expect(answer.status == 416 && answer.headers["content-range"] == "bytes */10")
            }
            for (tag, status) in [("\"\(sha256)\"", 206), ("\"other\"", 200)] {
                let headers = ["Range": "bytes=2-4", "If-Range": tag]
                #expect(try await server.send("GET", path, headers: headers).status == status)
            }
        }
    }

    @Test(arguments: ["b.txt", "a.txt/", "../a.txt", "%2E%2E/a.txt", "a%00b", "a%FFb", "x/a.txt"])
    func `what the job does not keep is 404`(name: String) async throws {
        try await TestServer.run { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            try await worker.save("a.txt", "x", .text)
            let answer = try await server.send("GET", "/v1/jobs/\(worker.job)/artifacts/\(name)")
            // A slash at the end is passed over, as everywhere in paths.
            if name == "a.txt/" { return #expect(answer.status == 200) }
            #expect(answer.status == 404)
            let other = JobID(high: 1, low: 2)
            for rest in ["", "/\(name)"] {
                let problem = try await server.send("GET", "/v1/jobs/\(other)/artifacts\(rest)").problem()
                #expect(problem.status == 404)
            }
        }
    }

    @Test func `a file of many chunks comes whole`() async throws {
        try await TestServer.run({ $1.log.artifactChunkBytes = 1024 }) { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            let text = String(repeating: "0123456789abcdef", count: 5_000)
            try await worker.save("large.txt", text, .text, chunkBytes: 1024)
            let path = "/v1/jobs/\(worker.job)/artifacts/large.txt"
            #expect(try await server.send("GET", path).body == text)
            let part = try await server.send("GET", path, headers: ["Range": "bytes=1000-3000"])
            #expect(part.body == String(text.dropFirst(1000).prefix(2001)))
        }
    }
}

extension HandWorker {
    /// Keeps a text as a file, in chunks of the size given, and gives its SHA-256.
    @discardableResult
    func save(
        _ name: ArtifactName, _ text: String, _ mediaType: MediaType, chunkBytes: Int = 1 << 20
    ) async throws -> String {
        let bytes = Array(text.utf8)
        let saved = ArtifactSaved(
            name: name, mediaType: mediaType, bytes: Int64(bytes.count),
            sha256: SHA256Sum(of: text).hexadecimal)
        let upload = BlobUpload(id: "\(name) \(saved.sha256)", job: job, token: token)
        for start in stride(from: 0, to: bytes.count, by: chunkBytes) {
            let chunk = Array(bytes[start..<min(bytes.count, start + chunkBytes)])
            try await log.write { try $0.append(chunk, to: upload, at: Int64(start)) }
        }
        try await log.write { [job, token] transaction in
            _ = try transaction.save(saved, from: upload, on: job, token, by: .worker("hand"))
        }
        return saved.sha256
    }
}
