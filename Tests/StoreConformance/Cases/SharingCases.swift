import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let reopen: [ConformanceCase] = [
        ConformanceCase(
            .reopen, "what was committed is there after the log was closed, and goes on from there"
        ) { log in
            let first = try log.openAgain()
            let ids = (0..<2).map { _ in log.newID() }
            let token = try await first.write { transaction in
                _ = try transaction.enqueue(.sample(key: "a"), as: ids[0], by: .ana)
                let events = try transaction.execute(.start(worker: "w", engine: "e"), on: ids[0], by: .ana)
                return LeaseToken(try demand(events.first).position)
            }
            let head = try await first.read { try $0.head() }
            let state = try await first.read { try $0.job(ids[0]) }
            await first.close()

            let second = try log.openAgain(seed: 3)
            #expect(second.backend.identity == first.backend.identity)
            #expect(second.feed.head == head.position)
            #expect(try await second.read { try $0.head() } == head)
            #expect(try await second.read { try $0.job(ids[0]) } == state)
            try await second.write { transaction in
                try demand(try transaction.enqueue(.sample(key: "a"), as: ids[1], by: .ana).isNew == false)
                try transaction.execute(.work(token, .complete(output: .null)), on: ids[0], by: .ana)
            }
            #expect(try await log.events().map(\.position.value) == [1, 2, 3])
            try await log.expectSoundChain()
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.reopen, "a log has an identity of 32 digits") { log in
            let identity = log.storage.backend.identity
            #expect(identity.utf8.count == 32)
            #expect(Hexadecimal.bytes(of: identity) != nil)
        },
    ]

    static let sharing: [ConformanceCase] = [
        ConformanceCase(.sharing, "a writer sees what another one wrote in between") { log in
            let other = try log.openAgain()
            let job = try await log.enqueue()
            let token = try await log.start(job)
            try await other.write {
                _ = try $0.execute(.steer(.cancel(reason: "stop")), on: job, by: .person("ben"))
            }
            // Its own state of the job is out of date now.
            let running = try await log.log.write { try $0.renew(token, of: job) }
            #expect(running?.cancelRequest?.actor == .person("ben"))
            try await log.work(.cancel(reason: nil), on: job, token)
            try await other.write { _ = try $0.execute(.steer(.retry(reason: nil)), on: job, by: .ana) }
            #expect(try await log.state(job).life == 2)
            #expect(try await log.log.write { try $0.job(job)?.life } == 2)
            try await log.expectSoundChain()
        },
        ConformanceCase(.sharing, "a commit of another process is noticed without being asked for") { log in
            let other = try log.openAgain()
            for _ in 0..<3 {
                let signals = other.feed.signals()
                let id = try await log.enqueue()
                let head = try await log.head()
                for await _ in signals where other.feed.head >= head { break }
                let page = try await other.page(EventQuery(after: EventLogPosition(head.value - 1)))
                #expect(page.events.map(\.job) == [id])
            }
        },
        ConformanceCase(.sharing, "a feed never skips what another process wrote") { log in
            let other = try log.openAgain()
            async let ours: Void = log.enqueueMany(60, on: log.log)
            async let theirs: Void = log.enqueueMany(60, on: other)
            let followed = try await log.follow(log.log, until: 120)
            try await ours
            try await theirs
            #expect(followed == (try await log.events()))
            #expect(followed.map(\.position.value) == Array(1...120))
            try await log.expectSoundChain()
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.sharing, "claimers of two processes never get the same job") { log in
            let other = try log.openAgain()
            for _ in 0..<30 { try await log.enqueue() }
            async let ours = log.claimOneByOne(on: log.log)
            async let theirs = log.claimOneByOne(on: other)
            let claimed = try await ours + theirs
            #expect(claimed.count == 30)
            #expect(Set(claimed).count == 30)
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.sharing, "nobody is proved dead who lives, resigned or was never heard of") { log in
            guard let first = log.storage.backend as? any SharedStorage,
                let second = try log.storage.reopen() as? any SharedStorage
            else { return }
            try first.announce("engine-1")
            #expect(!first.isProvedDead("engine-1"))
            #expect(!second.isProvedDead("engine-1"))
            #expect(!second.isProvedDead("engine-9"))
            first.resign("engine-1")
            #expect(!second.isProvedDead("engine-1"))
            try first.announce("engine-1")
            #expect(!second.isProvedDead("engine-1"))
            first.resign("engine-1")
        },
        ConformanceCase(.sharing, "an engine lives from its announcement until it resigns, whoever asks") {
            log in
            guard let first = log.storage.backend as? any SharedStorage,
                let second = try log.storage.reopen() as? any SharedStorage
            else { return }
            #expect(!first.isAlive("engine-1") && !second.isAlive("engine-1"))
            try first.announce("engine-1")
            #expect(first.isAlive("engine-1") && second.isAlive("engine-1"))
            #expect(!second.isAlive("engine-2"))
            first.resign("engine-1")
            #expect(!first.isAlive("engine-1") && !second.isAlive("engine-1"))
        },
    ]

    static let rebuild: [ConformanceCase] =
        ([1, 2, 3] as [UInt64]).map { seed in
            ConformanceCase(
                .rebuild, "every projection is the fold of the events after random lives, seed \(seed)"
            ) { log in
                var lives = RandomLives(log, jobs: 12, seed: seed)
                for _ in 0..<60 {
                    log.clock.advance(by: .milliseconds(500))
                    _ = try await log.together(lives.commands(16))
                }
                #expect(try await log.head().value > 200)
                try await log.expectSoundChain()
                try await log.expectFoldedProjections()
            }
        } + [
            ConformanceCase(
                .rebuild, "so it is with few remembered states, small batches and two writers",
                configure: {
                    $0.cachedJobs = 2
                    $0.batchLimit = 5
                }
            ) { log in
                let other = try log.openAgain()
                var lives = RandomLives(log, jobs: 12, seed: 4)
                for round in 0..<40 {
                    log.clock.advance(by: .milliseconds(500))
                    _ = try await log.together(on: round % 3 == 0 ? other : nil, lives.commands(16))
                }
                try await log.expectSoundChain()
                try await log.expectFoldedProjections()
            }
        ]
}

extension ConformanceLog {
    /// Enqueues jobs one after another through a log.
    fileprivate func enqueueMany(_ count: Int, on log: EventLog) async throws {
        for _ in 0..<count {
            let id = newID()
            try await log.write { _ = try $0.enqueue(.sample(), as: id, by: .ana) }
        }
    }

    /// Follows a log from its beginning until a position was read.
    fileprivate func follow(_ log: EventLog, until last: Int64) async throws -> [StoredEvent] {
        var signals = log.feed.signals().makeAsyncIterator()
        var query = EventQuery(limit: 7)
        var events: [StoredEvent] = []
        while query.after.value < last {
            let page = try await log.page(query)
            events += page.events
            query.after = max(query.after, page.through)
            if page.events.isEmpty, log.feed.head <= query.after, await signals.next() == nil { break }
        }
        return events
    }

    /// Claims jobs one by one until none is left.
    fileprivate func claimOneByOne(on log: EventLog) async throws -> [JobID] {
        var claimed: [JobID] = []
        while true {
            let job = try await log.write { transaction -> JobID? in
                guard let job = try transaction.queued(.default, kinds: ["sample.job"], limit: 1).first else {
                    return nil
                }
                try transaction.execute(.start(worker: "w", engine: "e"), on: job, by: .ana)
                return job
            }
            guard let job else { return claimed }
            claimed.append(job)
        }
    }
}
