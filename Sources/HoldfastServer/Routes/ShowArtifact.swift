import HTTPTypes
import HoldfastAPI
public import HoldfastCore
import HoldfastEngine
import HoldfastStore
public import Hummingbird
import NIOCore

extension HoldfastRoutes {
    /// Answers with a file that a job keeps: its bytes as they are read, or a part of them with `Range`.
    ///
    /// It is what the engine's own endpoint answers: a browser saves it and shows nothing of it.
    ///
    /// - Parameters:
    ///   - name: The file, such as `path.artifact()`; nil is as good as one that is not there.
    ///   - job: The job; the caller must be allowed to read it.
    ///   - request: Says which part of it, and which version the client has.
    /// - Returns: The answer, with the SHA-256 of the file as `ETag`.
    /// - Throws: What becomes a problem with the status 404 for a job or a file that is not there, and 416 for a range
    ///   that lies outside of it.
    public func artifact(
        _ name: ArtifactName?, of job: JobID, to request: Request
    ) async throws -> Response {
        try await scope.show(name, of: job, to: request)
    }
}

extension RouteScope {
    /// `GET /v1/jobs/:id/artifacts/NAME`: the bytes of a file, as they are read; a part of them with `Range`.
    ///
    /// What a job saved is data: a browser saves it and shows nothing of it.
    func showArtifact(_ request: Request, _ path: Parameters) async throws -> Response {
        _ = try QueryParameters(request, known: [])
        return try await show(path.artifact(), of: path.job(), to: request)
    }

    /// Answers with a file of a job, as `GET /v1/jobs/:id/artifacts/NAME` does.
    func show(_ name: ArtifactName?, of job: JobID, to request: Request) async throws -> Response {
        let record = try await artifact(name, of: job)
        let tag = "\"\(record.sha256)\""
        var headers = fields(of: record, tag: tag)
        if let known = request.headers[.ifNoneMatch], ArtifactRange.isListed(tag, in: known) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = record.mediaType.rawValue
        guard let range = try range(of: record, tag: tag, request) else {
            return Response(status: .ok, headers: headers, body: content(of: record, 0..<record.bytes))
        }
        headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(record.bytes)"
        return Response(status: .partialContent, headers: headers, body: content(of: record, range))
    }

    private func artifact(_ name: ArtifactName?, of job: JobID) async throws -> ArtifactRecord {
        try await engine.log.read { reader in
            if let name, let record = try reader.artifact(name, of: job) { return record }
            guard try reader.job(job) != nil else { throw JobRejection.unknownJob }
            throw RouteFault.unknownArtifact
        }
    }

    private func fields(of record: ArtifactRecord, tag: String) -> HTTPFields {
        var headers: HTTPFields = [
            .eTag: tag, .acceptRanges: "bytes",
            .contentDisposition: ArtifactRange.disposition(of: record.name),
            // Of this caller, and to be asked for again, which costs no bytes while it is the same.
            .cacheControl: "private, no-cache", .xContentTypeOptions: "nosniff",
        ]
        headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
        return headers
    }

    private func range(
        of record: ArtifactRecord, tag: String, _ request: Request
    ) throws(RouteFault) -> Range<Int64>? {
        guard let text = request.headers[.range] else { return nil }
        // A part of other bytes than those that the client has would not fit to them.
        if let known = request.headers[.ifRange], known != tag { return nil }
        switch ArtifactRange(text, bytes: record.bytes) {
        case .all: return nil
        case .part(let range): return range
        case .outside: throw .rangeOutside(bytes: record.bytes)
        }
    }

    private func content(of record: ArtifactRecord, _ range: Range<Int64>) -> ResponseBody {
        let chunks = engine.content(of: record, from: range.lowerBound)
        return ResponseBody(contentLength: range.count) { writer in
            var rest = range.count
            var iterator = chunks.makeAsyncIterator()
            // One chunk is in memory: the next is read when the connection has room for it.
            while rest > 0, let chunk = try await iterator.next() {
                let part = chunk.prefix(rest)
                rest -= part.count
                try await writer.write(ByteBuffer(bytes: part))
            }
            try await writer.finish(nil)
        }
    }
}
