import HoldfastCore
import HoldfastEngine

// What is said about runs and queues.
extension StandingText {
    func run(_ reason: StandingReason) -> String {
        let worker = reason.worker?.rawValue ?? ""
        switch reason.code {
        case .leaseLost:
            return
                "The lease of worker \(worker) ran out\(at(reason.since)): it is gone or stuck. An engine that runs "
                + "takes the job back at its next look, within seconds."
        case .cancelling, .pausing:
            let verb = reason.code == .cancelling ? "stop" : "pause"
            let end = reason.until.map {
                ". At \(text.moment($0)) (\(distance(to: $0))) its lease ends anyway"
            }
            return
                "\(words(reason.actor)) asked it to \(verb)\(at(reason.since))\(reason.reason.asReason)\(end ?? "")."
        case .step:
            let length = reason.since.map { ", for \(text.length(from: $0, to: text.now))" } ?? ""
            let failures = reason.count.map { " after \($0) failures" } ?? ""
            return "Step \(name(of: reason)) is under way\(since(reason))\(length)\(failures)."
        case .stepAwaitsRetry:
            let failures = reason.count.map { $0 == 1 ? "once" : "\($0) times" } ?? "once"
            return "Step \(name(of: reason)) failed \(failures), last\(at(reason.since)): "
                + "\(words(reason.failure)). It is tried again\(at(reason.until))."
        default:
            var parts = [
                "It runs\(since(reason)) on worker \(worker), in attempt \(place(reason))"
            ]
            if let seen = reason.seenAt { parts.append("last heard of\(at(seen))") }
            if let progress = reason.progress.map(ProgressText.line), !progress.isEmpty {
                parts.append("progress \(progress)")
            }
            if let until = reason.until {
                parts.append("its lease lasts until \(text.moment(until)) unless renewed")
            }
            return parts.joined(separator: "; ") + "."
        }
    }

    private func name(of reason: StandingReason) -> String { reason.step?.description ?? "" }

    func lane(_ reason: StandingReason) -> String {
        switch reason.code {
        case .queuePaused:
            return "Its queue \(standing.queue) is paused by \(words(reason.actor))\(since(reason))"
                + reason.reason.asReason + "."
        case .unknownKind:
            let others = reason.kinds.map(\.rawValue).joined(separator: ", ")
            return "No worker ever announced the kind \(standing.kind) here."
                + (others.isEmpty ? "" : " Announced were: \(others).")
        case .noWorker, .unserved: return absence(reason)
        case .queueFull:
            return "Its queue runs \(reason.count ?? 0) jobs at once, and \(reason.limit ?? 0) may: "
                + "\(holders(reason))."
        case .keyFull:
            return
                "Of the jobs with the limit key \(reason.key?.rawValue ?? "") \(reason.limit ?? 0) may run at once,"
                + " and \(reason.count ?? 0) do: \(holders(reason))."
        case .rateLimited:
            let next = reason.until.map { "\(text.moment($0)) (\(distance(to: $0)))" } ?? "later"
            return "Its queue starts \(reason.rate.map(QueueText.words) ?? "few") jobs: the next at \(next)."
        case .behind:
            let count = HumanUnits.count(Int64(reason.count ?? 0))
            let ahead = reason.isAtLeast ? "At least \(count) jobs" : count == "1" ? "1 job" : "\(count) jobs"
            return
                "\(ahead) of its kind and queue, of higher priority or older, \(count == "1" ? "is" : "are") "
                + "taken before it."
        default:
            return "Nothing keeps it from starting: it begins as soon as "
                + "\(reason.worker.map { "worker \($0)" } ?? "a worker") has a free place."
        }
    }

    /// Who is not there.
    private func absence(_ reason: StandingReason) -> String {
        let last =
            reason.worker.map { worker in
                " The last one that did, \(worker), "
                    + (reason.since.map { "left at \(text.moment($0))." } ?? "died.")
            } ?? ""
        guard reason.code == .unserved else {
            return
                "No worker runs that takes \(standing.kind) from queue \(standing.queue), nor any other.\(last)"
        }
        let kinds = reason.kinds.map(\.rawValue).joined(separator: ", ")
        let queues = reason.queues.map(\.rawValue).joined(separator: ", ")
        return "Workers run, but none takes \(standing.kind) from queue \(standing.queue)."
            + (kinds.isEmpty ? " None takes anything from it." : " From it they take: \(kinds).")
            + (queues.isEmpty ? "" : " That kind they take from: \(queues).") + last
    }

    private func holders(_ reason: StandingReason) -> String {
        let others = (reason.count ?? 0) - reason.jobs.count
        return list(reason.jobs) + (others > 0 ? " and \(HumanUnits.count(Int64(others))) others" : "")
    }
}
