import HoldfastCore
import HoldfastStore
import Testing

@testable import HoldfastSQLite

/// A job's row keeps the version apart from the rest of the state.
@Suite("Rows of jobs")
struct JobRowTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `the detail of a row is the state without its version, in every state`()
        async throws
    {
        try await SampleLog.with(try folder.store()) { sample in
            for (_, job) in try await sample.oneOfEach() {
                let state = try await sample.state(job)
                let whole = JobStateCodec.encode(state).text
                let version = "\"version\":\(state.version),"
                #expect(whole.contains(version))
                #expect(JobRows.encode(state) == whole.replacing(version, with: "", maxReplacements: 1))
            }
        }
    }

    @Test func `a running job that recorded steps is read as it is`() async throws {
        try await SampleLog.with(try folder.store()) { sample in
            for (_, job) in try await sample.oneOfEach() {
                let state = try await sample.state(job)
                #expect(try sample.store.openReader().job(job) == state)
            }
        }
    }

    @Test func `names that look like a version stay as they are`() async throws {
        try await SampleLog.with(try folder.store()) { sample in
            let tag = JobTag(unchecked: #","version":9,"#)
            let job = try await sample.enqueue(key: #""version":8,"#, owner: "version", tags: [tag])
            let state = try await sample.state(job)
            #expect(state.version == 1)
            #expect(state.origin.tags == [tag])
            #expect(state.origin.key == #""version":8,"#)
            #expect(try sample.store.openReader().jobs(JobQuery(JobFilter(tag: tag))) == [state])
        }
    }

    @Test func `a detail that is no state is damage`() async throws {
        try await SampleLog.with(try folder.store()) { sample in
            let job = try await sample.enqueue()
            try PlainDatabase(folder.file()).run("UPDATE jobs SET detail = '{\"id\":1}'")
            let error = await #expect(throws: StoreError.self) {
                _ = try await sample.log.read { try $0.job(job) }
            }
            #expect(error?.code == .corrupt)
        }
    }
}
