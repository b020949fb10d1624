import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let job: [ConformanceCase] = [
        ConformanceCase(.job, "each filter selects what it says, in every combination, the newest first") {
            log in
            let all = try await log.enqueueVariety()
            let ids = all.map(\.id)
            #expect(ids == ids.sorted(by: >))
            var queries: [JobQuery] = []
            for phases in [nil, [.queued], [.cancelled], [.cancelled, .failed], [.cancelled, .running], []]
                as [Set<JobPhaseName>?]
            {
                for kind in [nil, "a.kind"] as [JobKind?] {
                    for queue in [nil, "aside"] as [QueueName?] {
                        for tag in [nil, "red", "re"] as [JobTag?] {
                            for owner in [nil, "ana"] as [Owner?] {
                                for before in [nil, ids[2], ids[9]] {
                                    for limit in [1, 3, 100] {
                                        queries.append(
                                            JobQuery(
                                                JobFilter(
                                                    phases: phases, kind: kind, queue: queue, tag: tag,
                                                    owner: owner), before: before, limit: limit))
                                    }
                                }
                            }
                        }
                    }
                }
            }
            let asked = queries
            let pages = try await log.log.read { reader in try asked.map { try reader.jobs($0) } }
            for (query, page) in zip(asked, pages) {
                #expect(page == Array(all.filter(query.selects).prefix(query.limit)), "\(query)")
            }
        },
        ConformanceCase(
            .job, "a window of time selects by the moment of enqueueing, over pages and with filters"
        ) {
            log in
            var all: [JobState] = []
            for number in 0..<12 {
                log.clock.advance(by: .seconds(50))
                let isOdd = number % 2 == 1
                let event = JobEnqueued.sample(owner: isOdd ? "ana" : nil, tags: isOdd ? [] : ["even"])
                let id = try await log.enqueue(event)
                if number % 3 == 0 { try await log.execute(.steer(.pause(reason: nil)), on: id) }
                all.insert(try await log.state(id), at: 0)
            }
            let filters = [
                JobFilter(), JobFilter(phases: [.paused]), JobFilter(owner: "ana"), JobFilter(tag: "even"),
            ]
            let moments = [nil, all[9].origin.enqueuedAt, all[3].origin.enqueuedAt + .microseconds(1)]
            for filter in filters {
                for since in moments {
                    for until in moments {
                        var query = JobQuery(filter, since: since, until: until, limit: 2)
                        let expected = all.filter(query.matches)
                        var found: [JobState] = []
                        while true {
                            let page = try await log.log.read { [query] in try $0.jobs(query) }
                            found += page
                            guard let last = page.last else { break }
                            query.before = last.id
                        }
                        #expect(found == expected, "\(query)")
                    }
                }
            }
        },
        ConformanceCase(.job, "pages go on where the one before ended, whatever is enqueued meanwhile") {
            log in
            let all = try await log.enqueueVariety().map(\.id)
            let first = try await log.log.read { try $0.jobs(JobQuery(limit: 5)) }
            try await log.enqueue()
            let second = try await log.log.read { try $0.jobs(JobQuery(before: first.last?.id, limit: 100)) }
            #expect(first.map(\.id) + second.map(\.id) == all)
            // A job that does not exist is a place in the order like any other.
            let between = JobID(high: all[3].high, low: all[3].low + 1)
            #expect(
                try await log.log.read { try $0.jobs(JobQuery(before: between, limit: 1)).map(\.id) } == [
                    all[3]
                ])
        },
        ConformanceCase(.job, "a state comes back as it was, in every phase") { log in
            let event = JobEnqueued(
                kind: "a.kind", handlerVersion: 3, queue: "aside", priority: .high, input: .null,
                notBefore: log.clock.timestamp + .seconds(1), key: "the key", owner: "ana",
                tags: ["b", "a", "b"],
                retry: .exponential(
                    maxAttempts: 7, initial: .milliseconds(1500), factor: 1.7, maximum: .seconds(99)),
                trace: TraceCarrier(["traceparent": "00-1-2-01", "b": "\"2\""]))
            let job = try await log.enqueue(event)
            var states = [try await log.state(job)]
            func then(_ command: JobCommand) async throws {
                log.clock.advance(by: .seconds(1))
                try await log.execute(command, on: job, by: .person("ben"))
                states.append(try await log.state(job))
            }
            try await then(.steer(.pause(reason: "lunch")))
            try await then(.steer(.resume(reason: nil)))
            try await then(.start(worker: "worker-1", engine: "engine-1"))
            let token = try #require(states.last?.leaseToken)
            let progress = Progress(
                .count(done: 3, total: nil), phase: "reading", message: "a \"b\"\n",
                counters: ["z": 1, "a": -2])
            try await then(.work(token, .updateProgress(progress)))
            let mishap = JobFailure(type: "Mishap", message: "a \"leak\"")
            let failed = WorkCommand.failStep(
                StepKey("a"), mishap, retryAt: log.clock.timestamp, recorded: nil)
            try await then(.work(token, failed))
            try await then(.steer(.cancel(reason: "duplicate")))
            try await then(.work(token, .cancel(reason: nil)))
            try await then(.steer(.retry(reason: nil)))
            try await then(.start(worker: "worker-2", engine: "engine-1"))
            let failure = JobFailure(type: "E", message: "m", step: StepKey("s", occurrence: 4))
            try await then(.work(try #require(states.last?.leaseToken), .failAttempt(failure, .discard)))
            #expect(
                states.map(\.phase.name) == [
                    .scheduled, .paused, .queued, .running, .running, .running, .running, .cancelled, .queued,
                    .running, .failed,
                ])
            let fold = try Refold(try await log.events())
            #expect(states.last == fold.jobs[job])
            #expect(states.last?.origin.retry == event.retry)
            #expect(states.last?.origin.trace == event.trace)
            #expect(states[6].stepFailures == 1)
            #expect(states.last?.origin.tags == ["b", "a", "b"])
            #expect(states.last?.progress == progress)
            #expect(states.last?.lastFailure == failure)
        },
        ConformanceCase(
            .job, "the oldest unfinished job of each state is found, of each queue and kind where it waits"
        ) {
            log in
            let none = try await log.log.read { try $0.oldestUnfinished(limit: 100) }
            #expect(none.isEmpty)
            let all = try await log.enqueueVariety()
            for number in 0..<6 {
                // The oldest of a queue and kind is neither the first by priority nor the first by limit key.
                var event = JobEnqueued.sample(kind: "c.kind", queue: number % 2 == 0 ? "aside" : .default)
                event.priority = number < 3 ? .low : .high
                event.limitKey = number % 3 == 0 ? "acme" : nil
                log.clock.advance(by: .milliseconds(1))
                let id = try await log.enqueue(event)
                if number == 5 { try await log.execute(.steer(.pause(reason: nil)), on: id) }
            }
            let states = try await log.log.read { try $0.jobs(JobQuery(limit: 1000)) }
            #expect(states.count == all.count + 6)
            var oldest: [[String]: JobState] = [:]
            for state in states where !state.phase.name.isEnded {
                let isQueued = state.phase.name == .queued
                let lane = isQueued ? [state.origin.queue.rawValue, state.origin.kind.rawValue] : []
                oldest[[state.phase.name.rawValue] + lane] = state
            }
            let expected = oldest.values.sorted { $0.id < $1.id }
            let found = try await log.log.read { try $0.oldestUnfinished(limit: 100) }
            #expect(found == expected)
            let first = try await log.log.read { try $0.oldestUnfinished(limit: 1) }
            #expect(first == Array(expected.prefix(1)))
        },
    ]
}

extension JobQuery {
    /// What the query says, without its limit.
    fileprivate func selects(_ state: JobState) -> Bool {
        (filter.phases?.contains(state.phase.name) ?? true)
            && (filter.kind.map { $0 == state.origin.kind } ?? true)
            && (filter.queue.map { $0 == state.origin.queue } ?? true)
            && (filter.tag.map { state.origin.tags.contains($0) } ?? true)
            && (filter.owner.map { $0 == state.origin.owner } ?? true)
            && (before.map { state.id < $0 } ?? true)
    }
}

extension ConformanceLog {
    /// Enqueues jobs of many sorts.
    ///
    /// - Returns: Their states, the newest first.
    fileprivate func enqueueVariety() async throws -> [JobState] {
        var jobs: [JobID] = []
        for number in 0..<24 {
            clock.advance(by: .milliseconds(1))
            jobs.append(
                try await enqueue(
                    .sample(
                        kind: number % 2 == 0 ? "a.kind" : "b.kind",
                        queue: number % 3 == 0 ? "aside" : .default,
                        owner: number % 4 == 0 ? "ana" : nil,
                        tags: number % 5 == 0 ? ["blue", "red"] : ["green"])))
        }
        for job in jobs.prefix(8) { try await execute(.steer(.cancel(reason: nil)), on: job) }
        for job in jobs.suffix(5) { _ = try await start(job) }
        var states: [JobState] = []
        for job in jobs.reversed() { states.append(try await state(job)) }
        return states
    }
}
