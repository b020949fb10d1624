import ArgumentParser
import Foundation
import HoldfastCore
import HoldfastSQLite
import HoldfastStore
import HoldfastTesting

/// A log that is made up, by the engine's own writer and with the engine's own rules: what it is to hold.
struct MadeLog: Sendable {
    /// How many events.
    var events: Int
    /// How many jobs share them.
    var jobs: Int
    /// How many of the events belong to one job, which goes on through the whole log; 0 for none.
    var longJob = 0
    /// Where chance begins: the same numbers give the same events.
    var seed: UInt64 = 1
    /// How long the log lasts.
    var span: Duration = .seconds(28 * 86_400)

    /// How many events share a commit.
    private static let batch = 5_000
    /// When the log ends: a moment that has passed, so that nothing in it is of the future.
    private static let end = Timestamp(microseconds: 1_791_460_800_000_000)

    /// Writes the log into a file that does not exist yet.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - progress: Is told after each commit how many events are written.
    /// - Throws: `StoreError`, and `JobRejection` where a life does not follow the rules.
    func write(to path: String, progress: (Int) -> Void = { _ in }) async throws {
        let clock = ManualClock(at: MadeLog.end + (.zero - span))
        let chance = SeededRandom(seed: seed).source()
        let store = try SQLiteStore(path: path)
        let log = try EventLog(
            store, environment: LogEnvironment(now: { clock.timestamp }, random: chance))
        var fleet = MadeFleet(self)
        while fleet.written < events {
            fleet = try await log.write { [fleet] transaction in
                var fleet = fleet
                let end = min(events, fleet.written + MadeLog.batch)
                while fleet.written < end { try fleet.turn(in: transaction, clock) }
                return fleet
            }
            progress(fleet.written)
        }
        await log.close()
    }
}

/// Makes a log and keeps it.
struct MakeLog: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Make a log of many events, by the engine's own writer.",
        discussion: """
            Jobs of several kinds and queues live through steps, waits, failures, progress and charges over four weeks, \
            and some are still at it when the log ends. The same numbers give the same events.

            EXAMPLE: HoldfastBench log --events 1000000 --jobs 10000 --db million.db
            """)

    @Option(help: "How many events.")
    var events = 1_000_000

    @Option(help: "How many jobs share them.")
    var jobs = 10_000

    @Option(help: "How many of the events belong to one job that goes on through the whole log.")
    var longJob = 0

    @Option(help: "Where chance begins.")
    var seed: UInt64 = 1

    @Option(help: "The file, which must not exist yet.")
    var db: String

    func validate() throws {
        guard events > 0, jobs > 0, longJob >= 0, longJob < events else {
            throw ValidationError(
                "give more than 0 events and jobs, and fewer events to the long job than there are")
        }
    }

    func run() async throws {
        guard !FileManager.default.fileExists(atPath: db) else {
            throw ValidationError("\(db) exists already")
        }
        let seconds = try await measure {
            try await MadeLog(events: events, jobs: jobs, longJob: longJob, seed: seed).write(to: db) {
                written in
                if written % 500_000 < 5_000 { print("\(written) events") }
            }
        }
        print(String(format: "%d events in %.1f s, %.0f a second", events, seconds, Double(events) / seconds))
    }
}
