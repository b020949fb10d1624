import HoldfastAPI
import HoldfastClient
import HoldfastCore
import Testing
import WatchingExample

/// What the page about the client shows.
@Suite("The example of the client")
struct WatchingExampleTests {
    private let job = JobID(high: 1, low: 2)

    private func json(_ text: String, status: Int = 200) -> ScriptedTransport.Script {
        .init(status: status, mediaType: "application/json", pieces: [text])
    }

    @Test func `it enqueues, approves what is asked, and gives the job at its end`() async throws {
        let opened = Wire.block(2, "checkpoint.opened", Wire.envelope(2))
        let end = Wire.block(3, "stream.end", #"{"job":"\#(job)","state":"completed","position":"3"}"#)
        let transport = ScriptedTransport(
            json(#"{"id":"\#(job)"}"#, status: 201),
            .init(pieces: [Wire.open(0) + Wire.stored(1) + opened + Wire.stored(3) + end]),
            json("{}"), json(#"{"state":"completed"}"#))
        let done = try await importLedger("a.csv", through: HoldfastClient(transport))
        #expect(done.text == #"{"state":"completed"}"#)
        #expect(transport.requests[0].body?.text.contains(#""input":{"file":"a.csv"}"#) == true)
        #expect(transport.requests[2].path == "/v1/jobs/\(job)/checkpoints/post-to-books")
        #expect(transport.requests[2].body?.text == #"{"decision":"approve","reason":"small"}"#)
    }

    @Test func `it goes on behind a cursor of a log`() async throws {
        let transport = ScriptedTransport(.init(status: 204, mediaType: ""))
        try await failures(since: EventLogPosition(41), of: "log-1", through: HoldfastClient(transport))
        #expect(
            transport.requests.map(\.target) == [
                "/v1/stream?queue=imports&types=job.failed&last_event_id=41&log=log-1"
            ])
    }
}
