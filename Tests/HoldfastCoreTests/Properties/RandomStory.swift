import HoldfastCore

/// What happens to one job in a confused world: workers that are dead and write, people who click twice, timers that
/// ring early and clocks that step back.
struct RandomStory: Sendable {
    /// One command and what it caused.
    struct Entry: Sendable {
        let command: JobCommand
        let before: JobState?
        let at: Timestamp
        let outcome: Result<[JobEvent], JobRejection>
        let after: JobState?
    }

    /// What the story follows from.
    let seed: UInt64
    /// After how many crashes in a row the job is paused.
    let crashLimit: Int
    /// The commands in their order.
    private(set) var entries: [Entry] = []
    /// The stream that the accepted ones left.
    private(set) var history: JobHistory

    private var generator: SplitMix64
    private var tokens: [LeaseToken] = []

    /// Tells the story of a seed.
    ///
    /// - Throws: `IllegalTransition` when a command was accepted whose events cannot be applied.
    init(seed: UInt64) throws(IllegalTransition) {
        var generator = SplitMix64(seed: seed)
        self.seed = seed
        crashLimit = generator.number(1...4)
        history = JobHistory(job: JobID(at: JobHistory.start, random: generator.next()))
        let length = generator.number(10...60)
        self.generator = generator
        for _ in 0..<length { try tellOne() }
    }

    private mutating func tellOne() throws(IllegalTransition) {
        passTime()
        let command = nextCommand()
        let before = history.state
        let at = history.time
        let outcome = history.decide(command)
        if case .success(let events) = outcome { try history.record(events) }
        if let token = history.token, tokens.last != token { tokens.append(token) }
        entries.append(
            Entry(command: command, before: before, at: at, outcome: outcome, after: history.state))
    }

    /// Lets some time pass: mostly a little, at times up to the due time or just before it, at times backwards.
    private mutating func passTime() {
        if case .scheduled(let until) = history.state?.phase, generator.chance(40) {
            history.time = Timestamp(microseconds: until.microseconds - Int64(generator.pick(0, 0, 0, 1)))
            return
        }
        let microseconds =
            generator.chance(5) ? generator.number(-90_000_000...0) : generator.number(0...20_000_000)
        history.time = history.time + .microseconds(microseconds)
    }

    /// Mostly a command that fits, so that stories get on; else any.
    private mutating func nextCommand() -> JobCommand {
        guard generator.chance(70) else { return anyCommand() }
        switch history.state?.phase {
        case nil: return enqueue()
        case .scheduled: return .fireTimer
        case .queued: return start()
        case .running(let running): return .work(running.token, workCommand())
        case .waiting: return .steer(.cancel(reason: nil))
        case .paused: return .steer(.resume(reason: nil))
        case .completed, .failed, .cancelled:
            return generator.chance(50) ? .steer(.retry(reason: nil)) : anyCommand()
        }
    }

    private mutating func anyCommand() -> JobCommand {
        switch generator.number(0...9) {
        case 0: enqueue()
        case 1: start()
        case 2: .fireTimer
        case 3, 4:
            .expireLease(
                anyToken(), generator.pick(.unrenewed, .processDied), crashLimit: crashLimit)
        case 5, 6: .work(anyToken(), workCommand())
        default: .steer(steerCommand())
        }
    }

    private mutating func enqueue() -> JobCommand {
        let wait = Duration.seconds(generator.number(1...100))
        return .enqueue(
            JobEnqueued(
                kind: "sample.job", input: .null, notBefore: generator.chance(30) ? history.time + wait : nil,
                retry: .exponential(
                    maxAttempts: generator.number(1...4), initial: .seconds(generator.number(0...5))),
                budget: generator.chance(60)
                    ? JobBudget(
                        limit: generator.pick(1, 3), unit: "usd", policy: generator.pick(.pause, .fail)) : nil
            ))
    }

    private mutating func start() -> JobCommand {
        .start(worker: generator.pick("worker-1", "worker-2"), engine: generator.pick("engine-1", "engine-2"))
    }

    /// The token of the job, an older one or one that was never given.
    private mutating func anyToken() -> LeaseToken {
        let invented = LeaseToken(EventLogPosition(Int64(generator.number(0...500))))
        if generator.chance(20) { return invented }
        if generator.chance(50), let token = history.token { return token }
        return tokens.randomElement(using: &generator) ?? invented
    }

    private mutating func workCommand() -> WorkCommand {
        switch generator.number(0...21) {
        case 0...3: return .startStep(step(), recorded: nil).withRecord(from: history.steps)
        case 4...8:
            return .completeStep(step(), output: .null, duration: 5, recorded: nil)
                .withRecord(from: history.steps)
        case 9: return .failStep(step(), .sample, retryAt: nil, recorded: nil).withRecord(from: history.steps)
        case 10: return .reportUnused(recordedSteps())
        case 11: return .updateProgress(Progress(.fraction(Double(generator.number(0...100)) / 100)))
        case 12: return .writeLog(LogWritten(level: .info, message: "a line"))
        case 13 where generator.chance(50): return .saveArtifact(.sample(), recorded: nil)
        case 13: return .emit(AppEmitted(name: "sample.emitted", payload: .null))
        case 14: return .complete(output: .null)
        case 15, 16: return .failAttempt(.sample, verdict())
        case 17: return .cancel(reason: generator.pick(nil, "by the handler"))
        case 18: return .snooze(until: history.time + .seconds(generator.number(-5...60)), reason: nil)
        case 20, 21:
            return .charge(JobCharge(generator.pick(0.5, 2), generator.pick("usd", "tokens"), step: step()))
        default: return .release(reason: "drain")
        }
    }

    /// The steps with a result, in an order that follows from the seed alone.
    private func recordedSteps() -> [StepKey] {
        let recorded = history.steps.values.filter(\.isCompleted).map(\.key)
        return recorded.sorted { ($0.name, $0.occurrence) < ($1.name, $1.occurrence) }
    }

    private mutating func steerCommand() -> SteerCommand {
        let reason = generator.pick(nil, "by a person")
        return generator.pick(
            .cancel(reason: reason), .pause(reason: reason), .resume(reason: reason), .retry(reason: reason),
            .raiseBudget(to: generator.pick(2, 5, 9), reason: reason))
    }

    private mutating func verdict() -> RetryVerdict {
        switch generator.number(0...5) {
        case 0: .discard
        case 1: .at(history.time + .seconds(generator.number(-5...60)))
        default: .byPolicy(random: Double.random(in: 0..<1, using: &generator))
        }
    }

    private mutating func step() -> StepKey {
        StepKey(generator.pick("parse", "insert"), occurrence: generator.number(1...3))
    }
}

extension WorkCommand {
    /// Adds what the log holds about the step, as whoever appends does in the same transaction.
    fileprivate func withRecord(from steps: [StepKey: StepRecord]) -> WorkCommand {
        switch self {
        case .startStep(let step, _): .startStep(step, recorded: steps[step])
        case .completeStep(let step, let output, let duration, _):
            .completeStep(step, output: output, duration: duration, recorded: steps[step])
        case .failStep(let step, let failure, let retryAt, _):
            .failStep(step, failure, retryAt: retryAt, recorded: steps[step])
        default: self
        }
    }
}
