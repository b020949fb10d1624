import Foundation
import HoldfastCore
import HoldfastSQLite
import HoldfastStore
import Testing

/// P1: what a killed process, or a cut of the power in the middle of a write, leaves on the disk is the log up to
/// some commit.
@Suite("After a crash")
struct CrashTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What stands on the disk in the middle of a log's life, with how many events were committed.
    private struct Leftovers {
        let database: Data
        let writeAheadLog: Data
        let committed: [SealedEvent]
    }

    /// Takes the files of a log that is open, as they are between two commits.
    private func leftovers(foldedBack: String = "PASSIVE") async throws -> Leftovers {
        try await SampleLog.with(try folder.store()) { sample in
            let jobs = try await sample.oneOfEach()
            let job = try #require(jobs[.running])
            let token = try #require(try await sample.state(job).leaseToken)
            // By another process, because closing the file in this one would drop the locks of SQLite.
            func copy(_ name: String) throws -> Data {
                try ChildProcess.run("/bin/cp", [folder.file(name), folder.file("copy")])
                return try Data(contentsOf: URL(fileURLWithPath: folder.file("copy")))
            }
            for number in 0..<30 { try await sample.work([.note(number)], on: job, token) }
            // What was folded back is in the database, the rest in the write-ahead log: before what stood there
            // (PASSIVE), or alone (TRUNCATE).
            try PlainDatabase(folder.file()).run("PRAGMA wal_checkpoint(\(foldedBack))")
            for number in 0..<30 { try await sample.work([.note(number)], on: job, token) }
            return Leftovers(
                database: try copy("log.db"), writeAheadLog: try copy("log.db-wal"),
                committed: try sample.store.sealedEvents())
        }
    }

    /// Opens leftovers in a folder of their own.
    private func open(_ database: Data, _ writeAheadLog: Data, as name: String) throws -> SQLiteStore {
        try database.write(to: URL(fileURLWithPath: folder.file(name)))
        try writeAheadLog.write(to: URL(fileURLWithPath: folder.file(name + "-wal")))
        return try folder.store(name)
    }

    @Test func `the two files of a log in the middle of its life hold everything that was committed`()
        async throws
    {
        let left = try await leftovers()
        #expect(left.writeAheadLog.count > 4096)
        let store = try open(left.database, left.writeAheadLog, as: "copy.db")
        #expect(try store.sealedEvents() == left.committed)
        #expect(try store.firstBreak() == nil)
        try store.checkIntegrity()
        // The log goes on where it ended.
        try await SampleLog.with(store, seed: 2) { sample in
            try await sample.enqueue()
            #expect(sample.log.feed.head.value == Int64(left.committed.count + 1))
        }
        #expect(try store.firstBreak() == nil)
    }

    @Test func `a write-ahead log that ends anywhere gives the log up to a commit`() async throws {
        let left = try await leftovers()
        var lengths: Set<Int> = []
        // Cuts at all kinds of places: within the header, between frames and within them.
        let cuts = [0, 1, 31, 32, 40] + Array(stride(from: 57, to: left.writeAheadLog.count, by: 30_011))
        for cut in cuts {
            let store = try open(left.database, left.writeAheadLog.prefix(cut), as: "cut-\(cut).db")
            let events = try store.sealedEvents()
            #expect(events == Array(left.committed.prefix(events.count)), "cut at \(cut)")
            #expect(try store.firstBreak() == nil, "cut at \(cut)")
            try store.checkIntegrity()
            let before = try PlainDatabase(folder.file("cut-\(cut).db")).dump("jobs")
            try store.rebuildProjections()
            #expect(try PlainDatabase(folder.file("cut-\(cut).db")).dump("jobs") == before, "cut at \(cut)")
            lengths.insert(events.count)
        }
        // What had been folded back is never lost, and later cuts keep more.
        #expect(lengths.count > 5)
        #expect((lengths.min() ?? 0) >= left.committed.count - 30)
    }

    @Test func `a write-ahead log with a wrong byte gives the log up to the commit before it`() async throws {
        let left = try await leftovers(foldedBack: "TRUNCATE")
        for place in stride(from: 5, to: left.writeAheadLog.count, by: 30_011) {
            var torn = left.writeAheadLog
            torn[torn.startIndex + place] ^= 0x10
            let store = try open(left.database, torn, as: "torn-\(place).db")
            let events = try store.sealedEvents()
            #expect(events == Array(left.committed.prefix(events.count)), "byte \(place)")
            #expect(events.count < left.committed.count, "byte \(place)")
            #expect(try store.firstBreak() == nil, "byte \(place)")
            try store.checkIntegrity()
        }
    }

    @Test func `what was closed is there when it is opened again`() async throws {
        let store = try folder.store()
        let job = try await SampleLog.with(store) { sample in
            let (job, token) = try await sample.running()
            try await sample.work([.note(1), .startStep(StepKey("parse"), recorded: nil)], on: job, token)
            return job
        }
        let events = try store.sealedEvents()
        #expect(events.count == 4)
        let again = try folder.store()
        #expect(again.identity == store.identity)
        try await SampleLog.with(again, seed: 2) { sample in
            #expect(try again.sealedEvents() == events)
            let state = try await sample.state(job)
            #expect(state.version == 4)
            let token = try #require(state.leaseToken)
            #expect(try again.openReader().leases().map(\.token) == [token])
            try await sample.work([.complete(output: .null)], on: job, token)
        }
        #expect(try again.openReader().job(job)?.phase.name == .completed)
        #expect(try again.firstBreak() == nil)
    }
}
