import HoldfastCore
import Testing

struct QueueStateTests {
    private let start = Timestamp(microseconds: 1_791_460_800_000_000)

    private func state(after commands: [QueueCommand]) throws -> (QueueState?, [EngineEvent]) {
        var state: QueueState?
        var events: [EngineEvent] = []
        for command in commands {
            guard let event = try QueueState.decide(command, on: "mail", in: state) else { continue }
            events.append(event)
            let recorded = RecordedEvent(
                position: EventLogPosition(Int64(events.count)), job: nil, version: nil, at: start,
                attempt: nil, actor: .person("ana"), event: .engine(event))
            state = QueueState.applying(recorded, to: state)
        }
        return (state, events)
    }

    @Test func `what is so already writes nothing`() throws {
        let limits = QueueLimits(concurrency: 3)
        let repeated: [QueueCommand] = [
            .configure(.none), .resume(reason: nil), .configure(limits), .configure(limits),
            .pause(reason: "lunch"), .pause(reason: "more lunch"), .resume(reason: nil), .resume(reason: nil),
        ]
        let (state, events) = try state(after: repeated)
        #expect(events.map(\.kind) == [.queueConfigured, .queuePaused, .queueResumed])
        #expect(state == QueueState(name: "mail", limits: limits))
    }

    @Test func `the first one who paused it stays named, and limits stay`() throws {
        let limits = QueueLimits(weight: 3, perKey: 1)
        let (state, _) = try state(after: [
            .pause(reason: "lunch"), .configure(limits), .pause(reason: "tea"),
        ])
        #expect(state?.pause == QueuePause(actor: .person("ana"), reason: "lunch", at: start))
        #expect(state?.limits == limits)
    }

    @Test(arguments: [
        (QueueLimits(concurrency: 0), "concurrency"), (QueueLimits(perProcess: -1), "per_process"),
        (QueueLimits(perKey: 1_000_001), "per_key"), (QueueLimits(weight: 0), "weight"),
        (QueueLimits(weight: 1001), "weight"), (QueueLimits(rate: QueueRate(0, per: .seconds(1))), "jobs"),
        (QueueLimits(rate: QueueRate(50_001, per: .seconds(1))), "jobs"),
        (QueueLimits(rate: QueueRate(1, per: .zero)), "window_us"),
        (QueueLimits(rate: QueueRate(1, perMicroseconds: .max)), "window_us"),
    ])
    func `limits that make no sense are refused and named`(limits: QueueLimits, field: String) {
        let rejection = #expect(throws: QueueRejection.self) {
            try QueueState.decide(.configure(limits), on: "mail", in: nil)
        }
        guard case .invalidLimit(let name, _) = rejection else { return }
        #expect(name == field)
        #expect(rejection?.description.contains(field) == true)
    }
}
