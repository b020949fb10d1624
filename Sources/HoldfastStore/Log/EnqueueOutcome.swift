public import HoldfastCore

/// What became of a request to enqueue.
public struct EnqueueOutcome: Hashable, Sendable {
    /// The job as it is: the new one, or the one that keeps the key.
    public let state: JobState
    /// False when the job that keeps the key was given back.
    public let isNew: Bool
    /// The job that was cancelled to make room; nil when none was.
    public let replaced: JobID?

    static func begun(_ state: JobState, replacing replaced: JobID? = nil) -> EnqueueOutcome {
        EnqueueOutcome(state: state, isNew: true, replaced: replaced)
    }

    static func kept(_ state: JobState) -> EnqueueOutcome {
        EnqueueOutcome(state: state, isNew: false, replaced: nil)
    }
}

/// Within what a key names one piece of work.
struct KeyScope: Hashable {
    let key: JobKey
    let kind: JobKind
    let owner: Owner?

    init(_ event: JobEnqueued, _ key: JobKey) {
        self.key = key
        kind = event.kind
        owner = event.owner
    }

    init(_ origin: JobOrigin, _ key: JobKey) {
        self.key = key
        kind = origin.kind
        owner = origin.owner
    }
}

extension Payload {
    /// The SHA-256 of the text in lower-case hexadecimal, wherever the text is kept.
    package var digest: String {
        switch self {
        case .inline(let value): SHA256Sum(of: value.text).hexadecimal
        case .stored(let reference): reference.sha256
        }
    }
}
