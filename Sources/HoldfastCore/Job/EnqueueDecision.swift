/// What becomes of a request to enqueue.
public enum EnqueueDecision: Hashable, Sendable {
    /// A job begins.
    case begin(JobEnqueued)
    /// The job that keeps the key is given back.
    case keep
    /// The job that keeps the key waits until a later moment, and is given back.
    case postpone(until: Timestamp)
    /// The job that keeps the key is cancelled, and another one begins.
    case replace(by: JobEnqueued)

    /// Why a job was cancelled that another one of its key took the place of.
    public static let replacedReason = "replaced"
    /// Why the due time of a job moved that gathers repeats.
    public static let debouncedReason = "debounced"

    /// Decides a request: the rules of keys.
    ///
    /// - Parameters:
    ///   - event: What is asked for.
    ///   - terms: What its key means.
    ///   - holder: The job that the terms are about: with `debounce` or until its end the newest unfinished one of
    ///     the key, within a period the newest one; nil when there is none.
    ///   - inputDigest: The SHA-256 of the input in lower-case hexadecimal; asked for with `debounce` only.
    ///   - now: The moment of the request, by the injected clock.
    /// - Returns: What to do.
    /// - Throws: `EnqueueRejection` when the key is kept and the terms say so.
    public static func make(
        _ event: JobEnqueued, _ terms: EnqueueTerms, holder: JobState?,
        inputDigest: @autoclosure () -> String,
        at now: Timestamp
    ) throws(EnqueueRejection) -> EnqueueDecision {
        if let debounce = terms.debounce {
            guard event.key != nil else { throw .debounceWithoutKey }
            return debounced(event, debounce, holder: holder, digest: inputDigest(), at: now)
        }
        guard let holder, terms.unique.isKept(by: holder, at: now) else { return .begin(event) }
        switch terms.unique.onConflict {
        case .returnExisting: return .keep
        case .reject: throw .duplicate(holder.id)
        case .replace:
            guard holder.mayBeReplaced else { throw .duplicate(holder.id) }
            return .replace(by: event)
        }
    }

    /// A repeat moves the due time of a job that has not begun, and brings its own input.
    private static func debounced(
        _ event: JobEnqueued, _ debounce: Debounce, holder: JobState?, digest: String, at now: Timestamp
    ) -> EnqueueDecision {
        var event = event
        let waiting = holder.flatMap { $0.mayBeReplaced ? $0 : nil }
        // Only the first of the repeats sets a limit.
        let latest =
            if let mark = waiting?.origin.debounce { mark.latest } else { debounce.maximum.map { now + $0 } }
        let due = min(now + debounce.wait, latest ?? .distantFuture)
        event.notBefore = due
        event.debounce = DebounceMark(latest: latest, inputDigest: digest)
        guard let waiting else { return .begin(event) }
        guard waiting.origin.debounce?.inputDigest == digest else { return .replace(by: event) }
        // One that is due already runs with this very input: there is nothing to wait for.
        guard case .scheduled(let until) = waiting.phase, due > now, due != until else { return .keep }
        return .postpone(until: due)
    }
}

extension JobState {
    /// Tells whether a job can be taken out of the way without anybody noticing: it never began, and nobody runs it.
    fileprivate var mayBeReplaced: Bool {
        guard startedAt == nil else { return false }
        return switch phase {
        case .scheduled, .queued, .paused: true
        case .running, .waiting, .completed, .failed, .cancelled: false
        }
    }
}
