import HoldfastCore
import HoldfastStore
import HoldfastTesting

/// The jobs of a made log that are under way, and how far the log is.
struct MadeFleet: Sendable {
    /// How many jobs are under way at once.
    private static let width = 64
    private static let queues: [QueueName] = ["imports", "mail", "reports", "default"]

    /// How many events there are.
    private(set) var written = 0
    private let log: MadeLog
    private var chance: SeededRandom
    private var ids = JobIDSequence()
    private var begun = 0
    private var active: [MadeJob] = []
    private var long: MadeJob?
    private var longRest: Int
    private var isPaused = false

    init(_ log: MadeLog) {
        self.log = log
        chance = SeededRandom(seed: log.seed &+ 1)
        longRest = log.longJob
    }

    /// Lets some time pass and something happen.
    mutating func turn(in transaction: LogTransaction, _ clock: ManualClock) throws {
        clock.advance(by: log.span / log.events * Int.random(in: 0...4, using: &chance) / 2)
        if Int.random(in: 0..<20_000, using: &chance) == 0 { try turnQueue(in: transaction) }
        if longRest > 0, Int.random(in: 0..<max(1, log.events - written), using: &chance) < longRest {
            return try turnLong(in: transaction)
        }
        if active.count < MadeFleet.width, begun < log.jobs {
            active.append(try begin(in: transaction))
            return
        }
        let index = Int.random(in: 0..<active.count, using: &chance)
        // The last ones go on to the end of the log, so that it has as many events as it should.
        written += try active[index].act(in: transaction, &chance, mayEnd: begun < log.jobs)
        if active[index].isOver { active.remove(at: index) }
    }

    private mutating func begin(in transaction: LogTransaction) throws -> MadeJob {
        // What is left is shared by the jobs that are left, so that both end together.
        let rest = Double(max(0, log.events - written - longRest)) / Double(log.jobs - begun)
        let job = MadeJob(
            ids.next(at: transaction.now, random: chance.next()), number: begun,
            events: Int(rest * Double.random(in: 0.25...1.75, using: &chance)))
        written += try job.enqueue(in: transaction, queue: MadeFleet.queues[begun % MadeFleet.queues.count])
        begun += 1
        return job
    }

    private mutating func turnLong(in transaction: LogTransaction) throws {
        if long == nil {
            let id = ids.next(at: transaction.now, random: chance.next())
            let job = MadeJob(id, number: -1, events: .max)
            let count = try job.enqueue(in: transaction, queue: "imports")
            long = job
            written += count
            longRest -= count
        }
        let count = try long?.act(in: transaction, &chance, mayEnd: false) ?? 0
        written += count
        longRest -= count
    }

    /// Somebody pauses a queue now and then, and resumes it.
    private mutating func turnQueue(in transaction: LogTransaction) throws {
        try transaction.execute(
            isPaused ? .resume(reason: nil) : .pause(reason: "maintenance"), on: "reports", by: .person("ana")
        )
        isPaused.toggle()
        written += 1
    }
}
