import HTTPTypes
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastTesting
import HummingbirdCore
import Logging
import Testing

extension TestServer {
    /// Runs a body against a server that shows jobs as parcels at `/parcels/:id`.
    static func runShowing<Result>(
        _ view: ParcelView, logger: Logger = quiet,
        _ adjust: (inout JobServerConfiguration) throws -> Void = { _ in },
        _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        var adjusted = JobServerConfiguration()
        adjusted.streams.grace = .zero
        try adjust(&adjusted)
        return try await run(
            endpoints: { holdfast, table in
                table.idPrefix = "p_"
                table.on("parcels/:id", .get, .stream) { request, path, caller in
                    let names = request.uri.queryParameters["types"].map {
                        Set($0.split(separator: ",").map(String.init))
                    }
                    return try await holdfast.stream(
                        path.job(prefixed: "p_"), in: view, to: request, of: caller, showing: names)
                }
                table.on("parcels/:id/token", .post, .job(.readJob)) { _, path, caller in
                    let token = try await holdfast.streamToken(for: path.job(prefixed: "p_"), to: caller)
                    return .json(JSONWriter.object { $0.field("token", token) })
                }
                table.on("parcels/:id/stops", .get, .job(.readJob)) { _, path, _ in
                    let state = try await holdfast.state(of: path.job(prefixed: "p_"), in: view)
                    return .json(JSONWriter.object { $0.field("stops", state.stops) })
                }
                table.on("watched", .get, .caller) { _, _, _ in
                    let counts = holdfast.openStreams(in: view)
                    return .json(
                        JSONWriter.object { writer in
                            for (job, count) in counts {
                                writer.key(text: job.description)
                                writer.number(Int64(count))
                            }
                        })
                }
                table.on("begin", .get, .caller, changesThings: true) { _, _, _ in .json(.emptyObject) }
            },
            logger: logger,
            { configuration, _ in
                configuration = adjusted
                configuration.port = 0
            }, body)
    }

    /// A job that has travelled to its end: two steps, two lines in one second, one in the next.
    func deliveredParcel() async throws -> JobID {
        let worker = try await HandWorker(self, try await enqueue())
        try await worker.step("porto")
        try await worker.say("first of its second")
        try await worker.say("second of its second")
        clock.advance(by: .seconds(1))
        try await worker.say(["first of the next", "second of the next"])
        try await worker.step("lisboa")
        try await worker.emit("note", #"{"wet":true}"#)
        try await worker.complete()
        return worker.job
    }

    /// Reads the stream of a parcel to its end.
    func parcel(
        _ job: JobID, _ query: String = "", cursor: String? = nil
    ) async throws -> [ViewedBlock] {
        var stream = try await WireStream(
            self, "/parcels/p_\(job)\(query)", headers: cursor.map { ["Last-Event-ID": $0] } ?? [:])
        try #require(stream.head.status == 200)
        return try await stream.viewedBlocks()
    }
}
