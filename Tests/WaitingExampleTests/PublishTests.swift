import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@testable import PublishingExample

/// The documented example of a job that waits for a person, run as it stands.
@Suite("Publishing example", .timeLimit(.minutes(1)))
final class PublishTests: Sendable {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/holdfast-publish-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private var output: String { folder + "/page.html" }

    private func page(timeout: Double? = nil, embargo: Double? = nil) -> PublishJob {
        PublishJob(
            title: "Prices & terms", text: "One two.\n\nThree <four>.", output: output, timeoutHours: timeout,
            embargoSeconds: embargo)
    }

    private func publish(
        _ job: PublishJob, _ body: (JobBench, JobHandle<PublishJob>) async throws -> Void
    ) async throws {
        try await JobBench.run(PublishHandler()) { bench in
            try await body(bench, try await bench.engine.enqueue(job))
        }
    }

    @Test func `an approved page is published, in one piece`() async throws {
        try Data("the page of yesterday, which was a longer one than that of today".utf8)
            .write(to: URL(fileURLWithPath: output))
        try await publish(page()) { bench, handle in
            try await bench.runUntilIdle()
            let asked = try #require(try await bench.engine.openCheckpoints().first)
            let summary = try await bench.engine.log.value(of: asked.summary)
            #expect(summary.text == #"{"title":"Prices & terms","words":4}"#)
            try await handle.decide(.approve, "approve", by: "ana")
            let published = try await handle.result()
            #expect(published.approvedBy == "ana")
            let text = try String(contentsOfFile: output, encoding: .utf8)
            #expect(
                text == """
                    <!doctype html>
                    <title>Prices &amp; terms</title>
                    <p>One two.</p>
                    <p>Three &lt;four&gt;.</p>

                    """)
            #expect(published.bytes == text.utf8.count)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["page.html"])
        }
    }

    @Test func `a rejected page ends as cancelled, with the reason`() async throws {
        try await publish(page()) { bench, handle in
            try await bench.runUntilIdle()
            try await handle.decide(.reject, "approve", by: "bo", reason: "a typo")
            let ended = await #expect(throws: JobEnded.self) { _ = try await handle.result() }
            guard case .cancelled(_, _, let reason) = ended?.phase else {
                Issue.record("\(String(describing: ended))")
                return
            }
            #expect(reason == "rejected by bo: a typo")
            #expect(!FileManager.default.fileExists(atPath: output))
        }
    }

    @Test func `a page that nobody decides in time ends as cancelled`() async throws {
        try await publish(page(timeout: 2)) { bench, handle in
            try await bench.runUntilIdle()
            try await bench.advance(by: .seconds(1))
            #expect(try await handle.state().phase.name == .waiting)
            try await bench.advance(by: .seconds(7_199))
            let ended = await #expect(throws: JobEnded.self) { _ = try await handle.result() }
            guard case .cancelled(_, _, let reason) = ended?.phase else {
                Issue.record("\(String(describing: ended))")
                return
            }
            #expect(reason?.hasSuffix(": deadline") == true, "\(reason ?? "")")
        }
    }

    @Test func `an approved page is kept back until its embargo is over`() async throws {
        try await publish(page(embargo: 600)) { bench, handle in
            try await bench.runUntilIdle()
            try await handle.decide(.approve, "approve", by: "ana")
            try await bench.runUntilIdle()
            try await bench.advance(by: .seconds(1))
            // A second has passed.
            try await bench.advance(by: .seconds(599) - .microseconds(1))
            #expect(try await handle.state().phase.name == .waiting)
            #expect(!FileManager.default.fileExists(atPath: output))
            try await bench.advance(by: .microseconds(1))
            _ = try await handle.result()
            #expect(FileManager.default.fileExists(atPath: output))
        }
    }

    @Test func `input that makes no sense fails at once, and so does a folder that is not there`()
        async throws
    {
        var (empty, hidden, endless, held) = (page(), page(), page(), page())
        empty.title = ""
        hidden.output += "\0"
        endless.timeoutHours = 1e300
        held.embargoSeconds = -1
        for senseless in [empty, hidden, endless, held] {
            try await publish(senseless) { _, handle in
                let ended = await #expect(throws: JobEnded.self) { _ = try await handle.result() }
                guard case .failed(_, let failure, .discarded) = ended?.phase else {
                    Issue.record("\(String(describing: ended))")
                    return
                }
                #expect(failure.type == "PublishFault")
            }
        }
        #expect(throws: PublishFault.self) { try PageFile(path: folder + "/none/page").replace(with: "") }
    }
}
