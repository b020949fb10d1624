import HoldfastCore
import Testing

/// Every command in every situation: what it causes, by kind, or why it is refused.
struct CommandTableTests {
    /// What a command should cause.
    enum Outcome: Equatable {
        case events([EventKind])
        case refused(JobRejection)

        static func event(_ kind: EventKind) -> Outcome { .events([kind]) }
        static let nothing = Outcome.events([])
        static let leaseLost = Outcome.refused(.leaseLost)
    }

    @Test(arguments: CommandSample.allCases)
    func `a command causes what the table says in every situation`(sample: CommandSample) throws {
        for situation in Situation.allCases {
            let specification = try situation.specification().after(.seconds(3600))
            let command = sample.command(for: specification.history)
            let actual: Outcome =
                switch specification.when(command).outcome {
                case .success(let events): .events(events.map(\.kind))
                case .failure(let rejection): .refused(rejection)
                }
            #expect(
                actual == CommandTableTests.expected(sample, in: situation), "\(sample) while \(situation)")
        }
    }

    @Test(arguments: CommandSample.allCases)
    func `what an accepted command causes can be applied`(sample: CommandSample) throws {
        for situation in Situation.allCases {
            let specification = try situation.specification().after(.seconds(3600))
            let decision = specification.when(sample.command(for: specification.history))
            guard case .success(let events) = decision.outcome else { continue }
            let after = try decision.recorded()
            #expect(after.history.events.count == specification.history.events.count + events.count)
        }
    }

    @Test(arguments: CommandSample.allCases)
    func `the table names each command by its own name`(sample: CommandSample) {
        #expect(CommandSample(sample.command(for: JobHistory())) == sample)
    }

    private static func expected(_ command: CommandSample, in situation: Situation) -> Outcome {
        guard let phase = situation.phase else {
            return command == .enqueue ? .event(.jobEnqueued) : .refused(.unknownJob)
        }
        let refused = Outcome.refused(phase.isEnded ? .ended(phase) : .notPossible(in: phase))
        switch command {
        case .enqueue: return .refused(.alreadyExists)
        case .start: return situation == .queued ? .event(.jobStarted) : refused
        case .fireTimer: return situation == .scheduled ? .event(.timerFired) : .nothing
        case .postpone:
            return situation == .scheduled || situation == .queued ? .event(.jobRescheduled) : .nothing
        case .expireLease:
            return byHolder(.leaseExpired, in: situation, whenAsked: [.leaseExpired, .jobCancelled])
        case .startStep: return byHolder(.stepStarted, in: situation)
        case .completeStep: return byHolder(.stepCompleted, in: situation)
        case .failStep: return byHolder(.stepFailed, in: situation)
        case .reportUnused: return byHolder(.stepUnused, in: situation)
        case .updateProgress: return byHolder(.progressUpdated, in: situation)
        case .writeLog: return byHolder(.logWritten, in: situation)
        case .emit: return byHolder(.appEmitted, in: situation)
        case .charge: return byHolder(.budgetCharged, in: situation)
        case .raiseBudget: return phase.isEnded ? refused : .refused(.noBudget)
        case .saveArtifact: return byHolder(.artifactSaved, in: situation)
        case .complete: return byHolder(.jobCompleted, in: situation)
        case .failAttempt: return byHolder(.jobAttemptFailed, in: situation, whenAsked: [.jobCancelled])
        case .giveUp: return byHolder(.jobCancelled, in: situation)
        case .snooze: return byHolder(.jobRescheduled, in: situation, whenAsked: [.jobCancelled])
        case .release: return byHolder(.leaseReleased, in: situation, whenAsked: [.jobCancelled])
        case .giveWay: return givenWay(in: situation)
        case .openCheckpoint: return byHolder(.checkpointOpened, in: situation)
        case .setTimer: return byHolder(.timerSet, in: situation)
        case .consumeSignal: return byHolder(.signalConsumed, in: situation)
        case .spawn: return byHolder(.childSpawned, in: situation)
        case .wait:
            return situation == .askedToPause
                ? .event(.leaseReleased)
                : byHolder(.jobWaiting, in: situation, whenAsked: [.jobCancelled])
        case .noteFork: return .event(.jobForked)
        case .finishChild: return .event(.childFinished)
        case .reuseStep: return situation.hasStarted ? refused : .event(.stepCompleted)
        case .fireWait:
            return situation == .waiting ? .events([.checkpointExpired, .jobResumed]) : .nothing
        case .signal: return phase.isEnded ? refused : .event(.signalReceived)
        case .reprioritise: return phase.isEnded ? refused : .event(.jobReprioritised)
        case .reschedule:
            return [.scheduled, .queued, .paused].contains(phase) ? .event(.jobRescheduled) : refused
        case .decide:
            return situation == .waiting
                ? .events([.checkpointDecided, .jobResumed]) : .refused(.unknownCheckpoint("gate"))
        case .cancel, .pause, .resume, .retry: return steered(command, in: situation, refused: refused)
        }
    }

    /// What the handler's own pause causes: the request where nobody asked before, and the end of the lease.
    private static func givenWay(in situation: Situation) -> Outcome {
        switch situation {
        case .running: .events([.jobPaused, .leaseReleased])
        case .askedToPause: .event(.leaseReleased)
        case .askedToStop: .event(.jobCancelled)
        default: .leaseLost
        }
    }

    /// What only the holder of the lease may do.
    private static func byHolder(
        _ kind: EventKind, in situation: Situation, whenAsked asked: [EventKind]? = nil
    ) -> Outcome {
        switch situation {
        case .running, .askedToPause: .event(kind)
        case .askedToStop: .events(asked ?? [kind])
        default: .leaseLost
        }
    }

    /// What anybody may ask for: refused where it cannot be, nothing where it is so already.
    private static func steered(_ command: CommandSample, in situation: Situation, refused: Outcome)
        -> Outcome
    {
        switch (command, situation) {
        case (.cancel, .scheduled), (.cancel, .queued), (.cancel, .paused), (.cancel, .pausedEarly),
            (.cancel, .waiting):
            .event(.jobCancelled)
        case (.cancel, .running), (.cancel, .askedToPause): .event(.jobCancelRequested)
        case (.cancel, .askedToStop), (.cancel, .cancelled): .nothing
        case (.pause, .scheduled), (.pause, .queued), (.pause, .waiting), (.pause, .running),
            (.pause, .askedToStop):
            .event(.jobPaused)
        case (.pause, .paused), (.pause, .pausedEarly), (.pause, .askedToPause): .nothing
        case (.resume, .paused), (.resume, .pausedEarly), (.resume, .askedToPause): .event(.jobUnpaused)
        case (.resume, .scheduled), (.resume, .queued), (.resume, .running), (.resume, .askedToStop),
            (.resume, .waiting):
            .nothing
        case (.retry, .completed), (.retry, .failed), (.retry, .cancelled): .event(.jobRetried)
        case (.retry, .scheduled), (.retry, .queued), (.retry, .running), (.retry, .askedToStop),
            (.retry, .askedToPause), (.retry, .waiting):
            .nothing
        default: refused
        }
    }
}

extension Situation {
    /// Whether a worker ever ran the job, or it ended without.
    fileprivate var hasStarted: Bool {
        switch self {
        case .running, .askedToStop, .askedToPause, .waiting, .completed, .failed, .cancelled: true
        case .absent, .scheduled, .queued, .paused, .pausedEarly: false
        }
    }
}
