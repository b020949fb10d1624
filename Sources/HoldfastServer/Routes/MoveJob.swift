import HTTPTypes
import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird
import NIOCore

extension RouteScope {
    /// `GET /v1/jobs/:id/export`: the job with its whole history, line by line as it is read.
    func exportJob(_ request: Request, _ path: Parameters) async throws -> Response {
        let parameters = try QueryParameters(request, known: ["artifacts"])
        let withArtifacts = try parameters.text("artifacts") == nil || parameters.flag("artifacts")
        let job = try path.job()
        // Before the head is sent: after it nothing can be refused.
        if try await engine.state(of: job).isRedacted { throw JobRejection.redacted }
        let pieces = engine.exportJob(job, withArtifacts: withArtifacts)
        return Response(
            status: .ok,
            headers: [
                .contentType: HistoryFormat.ndjson.mediaType,
                .contentDisposition: "attachment; filename=\"\(job).ndjson\"",
                .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            ],
            body: ResponseBody { writer in
                for try await piece in pieces { try await writer.write(ByteBuffer(bytes: piece)) }
                try await writer.finish(nil)
            })
    }

    /// `POST /v1/import`: 201 with the job that was taken over.
    func importJob(_ request: Request, by caller: Caller) async throws -> Response {
        let parameters = try QueryParameters(request, known: ["resume"])
        let resuming = try parameters.flag("resume")
        let source = ExportSource(bytes: Array(try await request.bytes(upTo: bodyLimit)))
        let job = try await engine.importJob(source, resuming: resuming, by: caller.actor).id
        return .json(
            try await engine.log.read { try JobDocument.read(job, from: $0) }, status: .created,
            headers: [.location: "/v1/jobs/\(job)"])
    }
}
