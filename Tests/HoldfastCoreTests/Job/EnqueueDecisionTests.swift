import HoldfastCore
import Testing

/// What a key means for a request to enqueue.
struct EnqueueDecisionTests {
    private let start = JobHistory.start
    private let event = JobEnqueued(kind: "sample.job", input: .null, key: "ledger-10")

    private func decide(
        _ terms: EnqueueTerms, _ holder: JobState?, digest: String = "a", after wait: Duration = .seconds(60)
    ) throws -> EnqueueDecision {
        try EnqueueDecision.make(event, terms, holder: holder, inputDigest: digest, at: start + wait)
    }

    private func state(_ situation: Situation) throws -> JobState? {
        try situation.specification().history.state
    }

    @Test(arguments: Situation.allCases)
    func `an unfinished job keeps its key, and is given back, replaced or named`(
        situation: Situation
    ) throws {
        let holder = try state(situation)
        let isKept = situation.phase.map { !$0.isEnded } ?? false
        #expect(try decide(.standard, holder) == (isKept ? .keep : .begin(event)))

        let rejecting = EnqueueTerms(unique: Uniqueness(onConflict: .reject))
        let replacing = EnqueueTerms(unique: Uniqueness(onConflict: .replace))
        guard let holder, isKept else {
            #expect(try decide(rejecting, holder) == .begin(event))
            #expect(try decide(replacing, holder) == .begin(event))
            return
        }
        #expect(throws: EnqueueRejection.duplicate(holder.id)) { try decide(rejecting, holder) }
        if holder.startedAt != nil || [.running, .askedToStop, .askedToPause, .waiting].contains(situation) {
            #expect(throws: EnqueueRejection.duplicate(holder.id)) { try decide(replacing, holder) }
        } else {
            #expect(try decide(replacing, holder) == .replace(by: event))
        }
    }

    @Test(arguments: Situation.allCases)
    func `within a period a job keeps its key whether it has ended or not, and later it does not`(
        situation: Situation
    ) throws {
        guard let holder = try state(situation) else { return }
        let terms = EnqueueTerms(unique: .within(.seconds(90)))
        #expect(try decide(terms, holder, after: .seconds(89)) == .keep)
        #expect(try decide(terms, holder, after: .seconds(90)) == .begin(event))
        let rejecting = EnqueueTerms(unique: .within(.seconds(90), onConflict: .reject))
        #expect(throws: EnqueueRejection.duplicate(holder.id)) { try decide(rejecting, holder) }
        let replacing = EnqueueTerms(unique: .within(.seconds(90), onConflict: .replace))
        guard holder.phase.name.isEnded else { return }
        #expect(throws: EnqueueRejection.duplicate(holder.id)) { try decide(replacing, holder) }
    }

    // MARK: - Debounce

    private func gathering(
        due: Duration = .seconds(70), latest: Timestamp? = nil, digest: String = "a"
    ) throws -> JobSpec {
        var first = event
        first.notBefore = start + due
        first.debounce = DebounceMark(latest: latest, inputDigest: digest)
        return try given(.enqueued(first))
    }

    private func begun(due: Duration, latest: Timestamp? = nil, digest: String = "a") -> JobEnqueued {
        var expected = event
        expected.notBefore = start + due
        expected.debounce = DebounceMark(latest: latest, inputDigest: digest)
        return expected
    }

    @Test func `the first request waits, and says how long repeats may put it off`() throws {
        let terms = EnqueueTerms(debounce: Debounce(.seconds(10)))
        #expect(try decide(terms, nil) == .begin(begun(due: .seconds(70))))
        let bounded = EnqueueTerms(debounce: Debounce(.seconds(10), maximum: .seconds(30)))
        #expect(
            try decide(bounded, nil) == .begin(begun(due: .seconds(70), latest: start + .seconds(90))))
        let short = EnqueueTerms(debounce: Debounce(.seconds(10), maximum: .seconds(5)))
        #expect(try decide(short, nil) == .begin(begun(due: .seconds(65), latest: start + .seconds(65))))
    }

    @Test func `a repeat with the same input moves the due time`() throws {
        let holder = try gathering().history.state
        let terms = EnqueueTerms(debounce: Debounce(.seconds(10)))
        #expect(try decide(terms, holder, after: .seconds(65)) == .postpone(until: start + .seconds(75)))
        #expect(try decide(terms, holder, after: .seconds(60)) == .keep)
    }

    @Test func `a repeat with another input takes the place of the job`() throws {
        let holder = try gathering(latest: start + .seconds(90)).history.state
        // The limit of the first one counts, whatever the repeat says.
        let terms = EnqueueTerms(debounce: Debounce(.seconds(10), maximum: .seconds(3600)))
        #expect(
            try decide(terms, holder, digest: "b", after: .seconds(65))
                == .replace(by: begun(due: .seconds(75), latest: start + .seconds(90), digest: "b")))
    }

    @Test func `repeats put a job off no further than the first of them allowed`() throws {
        let holder = try gathering(due: .seconds(85), latest: start + .seconds(90)).history.state
        let terms = EnqueueTerms(debounce: Debounce(.seconds(10), maximum: .seconds(90)))
        #expect(try decide(terms, holder, after: .seconds(84)) == .postpone(until: start + .seconds(90)))
        let last = try gathering(due: .seconds(90), latest: start + .seconds(90)).history.state
        #expect(try decide(terms, last, after: .seconds(89)) == .keep)
        #expect(
            try decide(terms, last, digest: "b", after: .seconds(89))
                == .replace(by: begun(due: .seconds(90), latest: start + .seconds(90), digest: "b")))
    }

    @Test func `a job that is due already takes the same input, and gives way to another one`() throws {
        let due = try gathering().at(start + .seconds(70)).and(.timerFired(due: start + .seconds(70)))
        let terms = EnqueueTerms(debounce: Debounce(.seconds(10)))
        #expect(try decide(terms, due.history.state, after: .seconds(71)) == .keep)
        #expect(
            try decide(terms, due.history.state, digest: "b", after: .seconds(71))
                == .replace(by: begun(due: .seconds(81), digest: "b")))
    }

    @Test func `a job that has begun to run keeps its input, and the repeat gets a job of its own`() throws {
        let due = try gathering().at(start + .seconds(70)).and(.timerFired(due: start + .seconds(70)))
        let terms = EnqueueTerms(debounce: Debounce(.seconds(10)))
        let running = try due.and(.started())
        let expected = EnqueueDecision.begin(begun(due: .seconds(82)))
        #expect(try decide(terms, running.history.state, after: .seconds(72)) == expected)
        let waiting = try running.and(.attemptFailed(retryAt: start + .seconds(500)))
        #expect(try decide(terms, waiting.history.state, after: .seconds(72)) == expected)
    }

    @Test func `a job that waits without gathering is taken over, with the limit of the repeat`() throws {
        let holder = try given(.enqueued(notBefore: start + .seconds(600))).history.state
        let terms = EnqueueTerms(debounce: Debounce(.seconds(10), maximum: .seconds(20)))
        #expect(
            try decide(terms, holder)
                == .replace(by: begun(due: .seconds(70), latest: start + .seconds(80))))
    }

    @Test func `a debounce without a key is refused`() throws {
        let nameless = JobEnqueued(kind: "sample.job", input: .null)
        #expect(throws: EnqueueRejection.debounceWithoutKey) {
            try EnqueueDecision.make(
                nameless, EnqueueTerms(debounce: Debounce(.seconds(1))), holder: nil, inputDigest: "a",
                at: start)
        }
    }

    @Test func `a due time is moved for a job that waits, and for no other`() throws {
        let later = start + .seconds(3600)
        for situation in Situation.allCases where situation != .absent {
            let decision = try situation.specification().when(.postpone(until: later, reason: "debounced"))
            if [.scheduled, .queued].contains(situation) {
                let moved = try decision.then(.rescheduled(JobRescheduled(until: later, reason: "debounced")))
                #expect(try moved.phase() == .scheduled(until: later))
            } else {
                decision.thenNothing()
            }
        }
    }
}
