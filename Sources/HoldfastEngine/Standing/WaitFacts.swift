import HoldfastCore
import HoldfastStore

/// What is known about what a waiting job waits for.
struct WaitFacts {
    private var records: [WaitKey: WaitRecord] = [:]
    private var children: [WaitKey: StandingJob] = [:]
    private var groups: [WaitName: [StandingJob]] = [:]
    private let open: [WaitName: Int]

    /// Reads the records of what is waited for, and the states of children.
    init(_ waiting: WaitingPhase, of job: JobState, from reader: any StorageReader) throws {
        open = job.waits.children.mapValues(\.open)
        for reason in waiting.reasons {
            switch reason {
            case .wait(let key, _):
                guard let record = try reader.wait(key, of: job.id) else { continue }
                records[key] = record
                if let child = record.child, let state = try reader.job(child)?.phase.name {
                    children[key] = StandingJob(id: child, state: state)
                }
            case .children(let name, _):
                let query = WaitQuery(
                    kind: .child, name: name, status: .open, limit: StandingReason.jobLimit)
                groups[name] = try reader.waits(of: job.id, query).compactMap { record in
                    guard let child = record.child, let state = try reader.job(child)?.phase.name else {
                        return nil
                    }
                    return StandingJob(id: child, state: state)
                }
            }
        }
    }

    /// What is waited for, in the order in which the job lists it.
    func reasons(_ waiting: WaitingPhase) -> [StandingReason] {
        waiting.reasons.map { reason in
            switch reason {
            case .wait(let key, let until):
                let record = records[key]
                return StandingReason(
                    WaitFacts.code(of: key.kind), since: record?.openedAt ?? waiting.since,
                    until: record?.due ?? until
                ) {
                    $0.wait = key
                    $0.onDeadline = record?.onDeadline
                    if let child = children[key] { $0.jobs = [child] }
                }
            case .children(let name, _):
                return StandingReason(.children, since: waiting.since) {
                    $0.group = name
                    $0.jobs = groups[name] ?? []
                    $0.count = open[name] ?? 0
                }
            }
        }
    }

    private static func code(of kind: WaitKind) -> StandingReason.Code {
        switch kind {
        case .checkpoint: .checkpoint
        case .signal: .signal
        case .timer: .timer
        case .child: .child
        }
    }
}
