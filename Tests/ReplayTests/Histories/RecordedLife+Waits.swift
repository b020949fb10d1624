import HoldfastCore
import HoldfastStore

// Lives that wait for something.
extension RecordedLife {
    static let waiting = [
        RecordedLife("approved-after-waiting") { job in
            let (gate, door) = (WaitKey(.checkpoint, "gate"), WaitKey(.checkpoint, "door"))
            try await job.enqueue(.ledger())
            let first = try await job.start()
            try await first.work(
                .openCheckpoint(
                    CheckpointOpened(
                        checkpoint: gate, summary: .inline(JSONText(unchecked: #"{"total":12}"#)),
                        deadline: job.now + .seconds(600)), recorded: nil))
            try await first.work(
                .wait([.wait(gate, until: job.now + .seconds(600))], isOver: false))
            try await job.decide(.approve, "gate", reason: "checked")
            // Too late, once said otherwise and once said again.
            try await job.decide(.reject, "gate")
            try await job.decide(.approve, "gate")
            let second = try await job.start()
            try await second.work(
                .openCheckpoint(
                    CheckpointOpened(
                        checkpoint: door, deadline: job.now + .seconds(60), onDeadline: .approve),
                    recorded: nil))
            try await job.steer(.reprioritise(.high, reason: "urgent now"))
            try await job.steer(.pause(reason: "lunch", within: .seconds(30)))
            try await second.work(.wait([.wait(door, until: nil)], isOver: false))
            try await job.steer(.reschedule(job.now + .seconds(5), reason: nil))
            try await job.steer(.resume(reason: nil))
            try await job.awaitDue()
            try await job.awaitDue(door)
            try await job.start().complete()
            try await job.fork(at: StepKey("insert"))
        },
        RecordedLife("told-rested-and-helped") { job in
            let news = WaitKey(.signal, "news")
            let later = WaitKey(.signal, "news", occurrence: 2)
            let (nap, child) = (WaitKey(.timer, "nap"), WaitKey(.child, "page"))
            try await job.enqueue(.ledger())
            try await job.signal("news", payload: "7", request: "r-1")
            let first = try await job.start()
            try await first.work(.consumeSignal(news, recorded: nil))
            try await first.work(.setTimer(TimerSet(wait: later, due: job.now + .seconds(5)), recorded: nil))
            try await first.work(.setTimer(TimerSet(wait: nap, due: job.now + .seconds(9)), recorded: nil))
            let page = ChildSpawned(child: child, job: EventSamples.job, kind: "sample.job")
            try await first.work(.spawn(page, recorded: nil))
            let reasons: [WaitReason] = [
                .wait(later, until: nil), .wait(nap, until: nil), .children("page", .all),
            ]
            try await first.work(.wait(reasons, isOver: false))
            try await job.awaitDue(later)
            let second = try await job.start()
            try await second.work(.wait(Array(reasons.dropFirst()), isOver: false))
            try await job.end(page, .failed)
            try await job.awaitDue(nap)
            try await job.start().work(.cancel(reason: "the page failed"))
            // The child began again, and ended once more.
            try await job.end(page, .completed)
        },
        RecordedLife("unfinished-waiting") { job in
            try await job.enqueue(.ledger())
            let first = try await job.start()
            let gate = WaitKey(.checkpoint, "gate")
            try await first.work(.openCheckpoint(CheckpointOpened(checkpoint: gate), recorded: nil))
            try await first.work(.wait([.wait(gate, until: nil)], isOver: false))
        },
    ]
}

extension LifeRecording {
    fileprivate func decide(_ choice: CheckpointChoice, _ name: WaitName, reason: String? = nil) async throws
    {
        try await steer(.decide(CheckpointVerdict(choice, name: name, reason: reason), recorded: nil))
    }

    fileprivate func signal(_ name: WaitName, payload: String, request: RequestKey) async throws {
        let delivery = SignalDelivery(
            name: name, payload: .inline(JSONText(unchecked: payload)),
            request: RequestMark(id: request, content: payload.utf8))
        try await steer(.signal(delivery, newest: nil, repeated: nil))
    }
}
