import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let lease: [ConformanceCase] = [
        ConformanceCase(.lease, "a claim brings a lease whose token is the position of the claim") { log in
            let jobs = [try await log.enqueue(), try await log.enqueue()]
            log.clock.advance(by: .seconds(1))
            // The younger job first, because leases come in the order of their jobs.
            let second = try await log.start(jobs[1], worker: "worker-2", engine: "engine-2")
            let first = try await log.start(jobs[0])
            #expect(first.position.value == 4 && second.position.value == 3)
            let expiry = log.clock.timestamp + .seconds(30)
            #expect(
                try await log.log.read { try $0.leases() } == [
                    Lease(
                        job: jobs[0], token: first, worker: "worker-1", engine: "engine-1", expiresAt: expiry),
                    Lease(
                        job: jobs[1], token: second, worker: "worker-2", engine: "engine-2", expiresAt: expiry
                    ),
                ])
        },
        ConformanceCase(.lease, "renewing moves the expiry and writes no event; a lost lease is not renewed")
        { log in
            let job = try await log.enqueue()
            let token = try await log.start(job)
            let head = try await log.head()
            log.clock.advance(by: .seconds(10))
            let running = try await log.log.write { try $0.renew(token, of: job) }
            #expect(running?.token == token)
            let expiry = log.clock.timestamp + .seconds(30)
            #expect(try await log.log.read { try $0.leases().map(\.expiresAt) } == [expiry])
            log.clock.advance(by: .seconds(10))
            let stale = LeaseToken(EventLogPosition(1))
            #expect(try await log.log.write { try $0.renew(stale, of: job) } == nil)
            #expect(try await log.log.write { try $0.renew(token, of: log.newID()) } == nil)
            #expect(try await log.log.read { try $0.leases().map(\.expiresAt) } == [expiry])
            #expect(try await log.head() == head)
        },
        ConformanceCase(.lease, "every way in which a run ends takes the lease away") { log in
            let commands: [WorkCommand] = [
                .complete(output: .null), .failAttempt(.sample, .byPolicy(random: 0)),
                .failAttempt(.sample, .discard),
                .snooze(until: log.clock.timestamp + .seconds(9), reason: nil), .release(reason: "drain"),
                .cancel(reason: nil),
            ]
            for command in commands {
                let job = try await log.enqueue()
                let token = try await log.start(job)
                #expect(try await log.log.read { try $0.leases().map(\.token) } == [token])
                try await log.work(command, on: job, token)
                #expect(try await log.log.read { try $0.leases() } == [], "after \(command)")
            }
            let job = try await log.enqueue()
            let token = try await log.start(job)
            try await log.execute(.expireLease(token, .unrenewed, crashLimit: 5), on: job)
            #expect(try await log.log.read { try $0.leases() } == [])
        },
        ConformanceCase(.lease, "a lease that ends and begins in one transaction is the last one") { log in
            let job = try await log.enqueue()
            let old = try await log.start(job)
            let new = try await log.log.write { transaction in
                try transaction.execute(.expireLease(old, .processDied, crashLimit: 5), on: job, by: .ana)
                let events = try transaction.execute(.start(worker: "w", engine: "e"), on: job, by: .ana)
                return LeaseToken(try demand(events.first).position)
            }
            #expect(try await log.log.read { try $0.leases().map(\.token) } == [new])
            try await log.together([
                { _ = try $0.renew(new, of: job) },
                { try $0.execute(.work(new, .release(reason: "drain")), on: job, by: .ana) },
            ])
            #expect(try await log.log.read { try $0.leases() } == [])
        },
        ConformanceCase(.lease, "a stale token writes nothing") { log in
            let job = try await log.enqueue()
            let stale = try await log.start(job)
            try await log.work(.begin(StepKey("a")), on: job, stale)
            try await log.execute(.expireLease(stale, .processDied, crashLimit: 5), on: job)
            let commands: [WorkCommand] = [
                .begin(StepKey("b")), .record(StepKey("a")),
                .failStep(StepKey("a"), .sample, retryAt: nil, recorded: nil),
                .reportUnused([StepKey("a")]), .updateProgress(Progress(.fraction(1))), .line("late"),
                .emit(AppEmitted(name: "late", payload: .null)), .complete(output: .null),
                .failAttempt(.sample, .discard), .cancel(reason: nil), .release(reason: "late"),
                .snooze(until: log.clock.timestamp, reason: nil),
            ]
            for isClaimedAgain in [false, true] {
                if isClaimedAgain { _ = try await log.start(job) }
                let before = (try await log.head(), try await log.state(job))
                for command in commands {
                    await #expect(throws: JobRejection.leaseLost) {
                        try await log.work(command, on: job, stale)
                    }
                }
                #expect(try await log.head() == before.0)
                #expect(try await log.state(job) == before.1)
            }
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.lease, "a lease is lost from its expiry on, and not a microsecond before") { log in
            let jobs = [try await log.enqueue(), try await log.enqueue()]
            _ = try await log.start(jobs[0])
            log.clock.advance(by: .seconds(1))
            let token = try await log.start(jobs[1])
            log.clock.advance(by: .seconds(28) + .microseconds(999_999))
            #expect(try await log.log.write { try $0.lostLeases(deadEngine: nil) } == [])
            #expect(try await log.log.write { try $0.renew(token, of: jobs[1]) } != nil)
            log.clock.advance(by: .microseconds(1))
            #expect(try await log.log.write { try $0.lostLeases(deadEngine: nil).map(\.job) } == [jobs[0]])
            log.clock.advance(by: .seconds(40))
            let lost = try await log.log.write { try $0.lostLeases(deadEngine: nil) }
            #expect(Set(lost.map(\.job)) == Set(jobs))
        },
        ConformanceCase(.lease, "the leases of a dead engine are lost at once, those of others are not") {
            log in
            let jobs = [try await log.enqueue(), try await log.enqueue(), try await log.enqueue()]
            _ = try await log.start(jobs[0], engine: "engine-1")
            _ = try await log.start(jobs[1], engine: "engine-2")
            _ = try await log.start(jobs[2], engine: "engine-1")
            let lost = try await log.log.write { try $0.lostLeases(deadEngine: "engine-1") }
            #expect(Set(lost.map(\.job)) == [jobs[0], jobs[2]])
            #expect(try await log.log.write { try $0.lostLeases(deadEngine: "engine-3") } == [])
            #expect(try await log.log.write { try $0.lostLeases(deadEngine: nil) } == [])
        },
    ]
}
