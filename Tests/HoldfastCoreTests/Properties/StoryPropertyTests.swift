import HoldfastCore
import Testing

/// What is true after any sequence of commands.
struct StoryPropertyTests {
    @Test func `any accepted sequence replays from its events to the same state`() {
        Property.holdsInEveryStory(from: 1_000_000) { story in
            var state: JobState?
            var steps: [StepKey: StepRecord] = [:]
            var events = story.history.events[...]
            for (index, entry) in story.entries.enumerated() {
                try demand(
                    entry.before == state, "command \(index) was decided on another state than the replay's")
                guard case .success(let decided) = entry.outcome else {
                    try demand(
                        entry.after == entry.before, "command \(index) was refused and changed the state")
                    continue
                }
                for recorded in events.prefix(decided.count) {
                    state = try JobState.applying(recorded, to: state)
                    if case .job(let event) = recorded.event, let step = event.step {
                        steps[step] = StepRecord.applying(recorded, to: steps[step])
                    }
                }
                events = events.dropFirst(decided.count)
                try demand(entry.after == state, "the replay differs after command \(index)")
            }
            try demand(events.isEmpty, "the log holds events that no command caused")
            try demand(steps == story.history.steps, "the replay's steps differ")
        }
    }

    @Test func `the state says what a reader of the history counts`() {
        Property.holdsInEveryStory(from: 2_000_000) { story in
            guard let state = story.history.state else { return }
            let events = story.history.events
            let kinds = events.map(\.event.kind)
            func count(_ kind: EventKind) -> Int { kinds.count { $0 == kind } }
            try demand(state.version == Int64(events.count), "version \(state.version)")
            try demand(state.life == 1 + count(.jobRetried), "life \(state.life)")
            try demand(
                state.attempt == 1 + count(.jobRetried) + count(.jobAttemptFailed), "attempt \(state.attempt)"
            )
            try demand(state.recordedSteps == count(.stepCompleted), "\(state.recordedSteps) steps")
            let recorded = story.history.steps.values.count(where: \.isCompleted)
            try demand(state.recordedSteps == recorded, "\(recorded) steps have a result")
            let resets: Set<EventKind> = [.stepCompleted, .jobAttemptFailed, .jobUnpaused, .jobRetried]
            let sinceReset = kinds.suffix(from: (kinds.lastIndex { resets.contains($0) } ?? -1) + 1)
            let crashes = sinceReset.count { $0 == .leaseExpired }
            try demand(state.crashes == crashes, "\(state.crashes) crashes, counted \(crashes)")
            try demand(
                state.startedAt == events.first { $0.event.kind == .jobStarted }?.at,
                "the first start differs")
        }
    }

    @Test func `after a terminal event only a retry is accepted`() {
        Property.holdsInEveryStory(from: 3_000_000) { story in
            for (event, next) in zip(story.history.events, story.history.events.dropFirst())
            where event.event.kind.isTerminal {
                try demand(next.event.kind == .jobRetried, "\(next.event.kind) follows \(event.event.kind)")
            }
            for (index, entry) in story.entries.enumerated() where entry.before?.phase.name.isEnded == true {
                guard case .success(let events) = entry.outcome, !events.isEmpty else { continue }
                try demand(
                    events.map(\.kind) == [.jobRetried], "command \(index) wrote \(events) after the end")
            }
        }
    }

    @Test func `every life has exactly one terminal event when it is over and none before`() {
        Property.holdsInEveryStory(from: 4_000_000) { story in
            let kinds = story.history.events.map(\.event.kind)
            let lives = kinds.split(separator: .jobRetried, omittingEmptySubsequences: false)
            for (index, life) in lives.enumerated() {
                let endings = life.count(where: \.isTerminal)
                let isOver = index < lives.count - 1 || story.history.state?.phase.name.isEnded == true
                try demand(endings == (isOver ? 1 : 0), "life \(index + 1) has \(endings) endings")
                try demand(
                    !isOver || life.last?.isTerminal == true, "life \(index + 1) goes on after its end")
            }
        }
    }

    @Test func `a stale token never wins`() {
        Property.holdsInEveryStory(from: 5_000_000) { story in
            var newest: LeaseToken?
            for (index, entry) in story.entries.enumerated() {
                let token: LeaseToken
                switch entry.command {
                case .work(let carried, _), .expireLease(let carried, _, _): token = carried
                default: continue
                }
                guard let before = entry.before else { continue }
                var current: LeaseToken?
                if case .running(let running) = before.phase { current = running.token }
                if let current {
                    try demand(newest.map { $0 <= current } ?? true, "the token fell to \(current)")
                    newest = current
                }
                if token != current {
                    try demand(
                        entry.outcome == .failure(.leaseLost),
                        "command \(index) with \(token) of \(newest ?? token)")
                } else {
                    try demand(
                        entry.outcome != .failure(.leaseLost), "command \(index) lost the lease that it holds"
                    )
                }
            }
        }
    }

    @Test func `a job has one holder at a time`() {
        Property.holdsInEveryStory(from: 6_000_000) { story in
            let ends: Set<EventKind> = [
                .leaseReleased, .leaseExpired, .jobAttemptFailed, .jobRescheduled, .jobCompleted, .jobFailed,
                .jobCancelled,
            ]
            var isHeld = false
            for event in story.history.events {
                if event.event.kind == .jobStarted {
                    try demand(!isHeld, "the claim at \(event.position) takes a job that is held")
                    isHeld = true
                } else if ends.contains(event.event.kind) {
                    isHeld = false
                }
            }
        }
    }

    @Test func `the attempt rises by one and only after a failed attempt or a retry`() {
        Property.holdsInEveryStory(from: 7_000_000) { story in
            var attempt = 1
            var last: EventKind?
            for event in story.history.events {
                if last == .jobAttemptFailed || last == .jobRetried { attempt += 1 }
                try demand(
                    event.attempt == attempt,
                    "attempt \(event.attempt ?? 0) at \(event.position) after \(last?.rawValue ?? "")")
                last = event.event.kind
            }
        }
    }

    @Test func `no life has more attempts than its policy`() {
        Property.holdsInEveryStory(from: 8_000_000) { story in
            guard let policy = story.history.state?.origin.retry else { return }
            let kinds = story.history.events.map(\.event.kind)
            for life in kinds.split(separator: .jobRetried) {
                let failed = life.count { $0 == .jobAttemptFailed }
                try demand(
                    failed < policy.maxAttempts,
                    "\(failed) of \(policy.maxAttempts) attempts were followed by one")
            }
        }
    }

    @Test func `a step has at most one result`() {
        Property.holdsInEveryStory(from: 9_000_000) { story in
            var results: [StepKey: EventLogPosition] = [:]
            for event in story.history.events {
                guard case .job(.stepCompleted(let completed)) = event.event else { continue }
                let old = results.updateValue(event.position, forKey: completed.step)
                try demand(
                    old == nil, "\(completed.step) was recorded at \(old ?? .beginning) and \(event.position)"
                )
            }
            for (step, position) in results {
                try demand(story.history.steps[step]?.result == position, "the result of \(step) was lost")
            }
        }
    }

    @Test func `nothing starts before the due time that the job has`() {
        Property.holdsInEveryStory(from: 10_000_000) { story in
            for (index, entry) in story.entries.enumerated() {
                guard case .scheduled(let due) = entry.before?.phase else { continue }
                guard case .success(let events) = entry.outcome, !events.isEmpty else { continue }
                for event in events {
                    try demand(event.kind != .jobStarted, "command \(index) started a job that waits")
                    guard case .timerFired(let fired) = event else { continue }
                    try demand(
                        fired.due == due && entry.at >= due, "the timer of \(due) fired at \(entry.at)")
                }
            }
        }
    }

    @Test func `a job that was asked to stop is never tried again in this life`() {
        Property.holdsInEveryStory(from: 11_000_000) { story in
            var isAsked = false
            for event in story.history.events {
                switch event.event.kind {
                case .jobCancelRequested: isAsked = true
                case .jobCancelled, .jobCompleted: isAsked = false
                case .jobStarted, .jobFailed, .jobRetried, .jobAttemptFailed, .jobRescheduled, .leaseReleased,
                    .jobWaiting:
                    try demand(!isAsked, "\(event.event.kind) at \(event.position) after the request")
                default: break
                }
            }
        }
    }

    @Test func `a job never waits for a worker with as many crashes as the limit`() {
        Property.holdsInEveryStory(from: 12_000_000) { story in
            for entry in story.entries {
                guard let after = entry.after else { continue }
                switch after.phase {
                case .queued, .scheduled, .running:
                    try demand(
                        after.crashes < story.crashLimit, "\(after.crashes) crashes while \(after.phase.name)"
                    )
                case .waiting, .paused, .completed, .failed, .cancelled: break
                }
            }
        }
    }

    @Test func `the changes of the numbers leave every job counted once, in its state`() {
        Property.holdsInEveryStory(from: 13_000_000, cases: 500) { story in
            var counts: [QueueCountKey: Int] = [:]
            for entry in story.entries {
                guard let after = entry.after else { continue }
                for change in QueueCounts.changes(from: entry.before, to: after) {
                    counts[change.key, default: 0] += change.by
                }
                let left = counts.filter { $0.value != 0 }
                try demand(left == [QueueCountKey(after): 1], "\(left) while \(after.phase.name)")
            }
        }
    }

    /// Without it the properties above could hold because nothing ever happens.
    @Test(.enabled(if: Property.onlySeed == nil))
    func `the stories reach every kind of event and every kind of refusal`() {
        var kinds: [EventKind: Int] = [:]
        var refusals: [String: Int] = [:]
        Property.holdsInEveryStory(from: 14_000_000, cases: 500) { story in
            for event in story.history.events { kinds[event.event.kind, default: 0] += 1 }
            for entry in story.entries {
                guard case .failure(let rejection) = entry.outcome else { continue }
                refusals[name(of: rejection), default: 0] += 1
            }
        }
        for kind in EventKind.allCases where kind.isOfJob && !kind.isOfWaits {
            #expect(kinds[kind, default: 0] >= 20, "\(kind) is rare: \(kinds)")
        }
        #expect(refusals.count == 8, "\(refusals)")
        #expect(refusals.values.allSatisfy { $0 >= 10 }, "\(refusals)")
    }

    private func name(of rejection: JobRejection) -> String {
        switch rejection {
        case .unknownJob, .pruned, .redacted, .notEncrypted: "unknownJob"
        case .alreadyExists: "alreadyExists"
        case .leaseLost: "leaseLost"
        case .ended: "ended"
        case .notPossible: "notPossible"
        case .stepRecorded: "stepRecorded"
        case .unknownCheckpoint: "unknownCheckpoint"
        case .unknownStep: "unknownStep"
        case .noBudget: "noBudget"
        case .budgetNotRaised: "budgetNotRaised"
        case .tooManyUnits: "tooManyUnits"
        case .requestReused: "requestReused"
        }
    }
}

extension EventKind {
    /// Whether it is about waits, forks or priorities, which have stories of their own.
    fileprivate var isOfWaits: Bool {
        [.jobWaiting, .jobResumed, .jobReprioritised, .jobForked, .timerSet].contains(self)
            || ["checkpoint.", "signal.", "child."].contains { rawValue.hasPrefix($0) }
    }
}
