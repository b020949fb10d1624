import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let step: [ConformanceCase] = [
        ConformanceCase(.step, "a result is recorded once, under whatever lease") { log in
            let job = try await log.enqueue()
            let step = StepKey("insert", occurrence: 2)
            var token = try await log.start(job)
            try await log.work(.begin(step), on: job, token)
            try await log.work(.record(step, output: .inline(JSONText(unchecked: "1"))), on: job, token)
            for isClaimedAgain in [false, true] {
                if isClaimedAgain {
                    try await log.execute(.expireLease(token, .processDied, crashLimit: 5), on: job)
                    token = try await log.start(job)
                }
                for command in [
                    .begin(step), .record(step), .failStep(step, .sample, retryAt: nil, recorded: nil),
                ]
                    as [WorkCommand]
                {
                    await #expect(throws: JobRejection.stepRecorded(step)) {
                        try await log.work(command, on: job, token)
                    }
                }
            }
            #expect(try await log.events(EventQuery(kinds: [.stepCompleted])).count == 1)
            #expect(try await log.state(job).recordedSteps == 1)
        },
        ConformanceCase(.step, "of two results in one transaction the first one counts") { log in
            let job = try await log.enqueue()
            let token = try await log.start(job)
            try await log.work(.begin(StepKey("a")), on: job, token)
            let outcomes = try await log.together(
                (1...3).map { number in
                    let output = Payload.inline(JSONText(unchecked: "\(number)"))
                    return {
                        try $0.execute(.work(token, .record(StepKey("a"), output: output)), on: job, by: .ana)
                    }
                })
            let refusal = JobRejection.stepRecorded(StepKey("a"))
            #expect(outcomes.map { $0 as? JobRejection } == [nil, refusal, refusal])
            let results = try await log.events(EventQuery(kinds: [.stepCompleted]))
            #expect(try results.map { try JSONFields($0.data).integer("output") } == [1])
        },
        ConformanceCase(.step, "a record says how far its step came") { log in
            let job = try await log.enqueue()
            let token = try await log.start(job)
            let began = log.clock.timestamp
            for name in ["began", "done", "failed", "unused"] as [StepName] {
                try await log.work(.begin(StepKey(name)), on: job, token)
            }
            log.clock.advance(by: .seconds(1))
            let retryAt = log.clock.timestamp + .seconds(3)
            let done = try await log.work(.record(StepKey("done")), on: job, token)
            for _ in 0..<2 {
                try await log.work(
                    .failStep(StepKey("failed"), .sample, retryAt: retryAt, recorded: nil), on: job, token)
            }
            let unused = try await log.work(.record(StepKey("unused")), on: job, token)
            try await log.work(.reportUnused([StepKey("unused")]), on: job, token)
            let position = try await log.head()
            let records = try await log.log.read { try $0.steps(of: job, after: nil, limit: 9) }
            let statuses = records.map(\.status)
            #expect(records.map(\.key.name) == ["began", "done", "failed", "unused"])
            #expect(
                statuses == [
                    .started, .completed(at: try #require(done.first).position, duration: 5),
                    .failed(at: EventLogPosition(position.value - 2), retryAt: retryAt),
                    .unused(result: try #require(unused.first).position, duration: 5),
                ])
            #expect(records.map(\.failures) == [0, 0, 2, 0])
            #expect(records.allSatisfy { $0.startedAt == began && $0.attempt == 1 })
            #expect(records.map(\.changedAt) == [began] + Array(repeating: log.clock.timestamp, count: 3))
            for record in records {
                #expect(try await log.log.read { try $0.step(record.key, of: job) } == record)
            }
            #expect(try await log.log.write { try $0.step(StepKey("done"), of: job)?.isCompleted } == true)
            #expect(try await log.log.write { try $0.step(StepKey("done", occurrence: 2), of: job) } == nil)
        },
        ConformanceCase(
            .step, "steps are ordered by the bytes of their names, then by occurrence, and come in pages"
        ) { log in
            let job = try await log.enqueue()
            let other = try await log.enqueue()
            let token = try await log.start(job)
            let names = ["Z", "a", "aa", "b", "é", "\u{FFFD}", "😀"].map(StepName.init(unchecked:))
            let keys = names.flatMap { name in [1, 2, 10].map { StepKey(name, occurrence: $0) } }
            for key in keys.reversed() { try await log.work(.begin(key), on: job, token) }
            let otherToken = try await log.start(other)
            try await log.work(.begin(StepKey("a", occurrence: 3)), on: other, otherToken)
            for limit in [1, 2, 5, 100] {
                #expect(try await log.log.read { try $0.allSteps(of: job, pages: limit).map(\.key) } == keys)
            }
            // A key that no step has is a place in the order like any other.
            let after = StepKey("a", occurrence: 9)
            let page = try await log.log.read { try $0.steps(of: job, after: after, limit: 2) }
            #expect(page.map(\.key) == [StepKey("a", occurrence: 10), StepKey("aa")])
        },
        ConformanceCase(.step, "names that differ in one byte name different steps") { log in
            let job = try await log.enqueue()
            let token = try await log.start(job)
            let composed = StepKey(StepName(unchecked: "caf\u{E9}"))
            let decomposed = StepKey(StepName(unchecked: "cafe\u{301}"))
            // In one transaction, and then from the store.
            try await log.log.write { transaction in
                try transaction.execute(.work(token, .begin(composed)), on: job, by: .ana)
                try transaction.execute(.work(token, .record(composed)), on: job, by: .ana)
                try demand(try transaction.step(decomposed, of: job) == nil)
                try transaction.execute(.work(token, .begin(decomposed)), on: job, by: .ana)
            }
            let records = try await log.log.read { try $0.steps(of: job, after: nil, limit: 9) }
            #expect(
                records.map { Array($0.key.name.rawValue.utf8) }
                    == [decomposed, composed].map { Array($0.name.rawValue.utf8) })
            #expect(records.map(\.isCompleted) == [false, true])
        },
    ]
}
