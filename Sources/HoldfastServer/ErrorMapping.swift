import HTTPTypes
import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

/// Turns every error into a problem: the one place that knows both the engine's refusals and status codes.
enum ErrorMapping {
    /// The answer to an error; nil when there is nobody to answer, because the request was cancelled.
    static func answer(to error: any Error) -> ProblemAnswer? {
        switch error {
        case is CancellationError: nil
        case let error as RequestFault: ProblemAnswer(problem(for: error))
        case let error as JobRejection: ProblemAnswer(problem(for: error))
        case let error as PastFault: ProblemAnswer(problem(for: error))
        case let error as RedactionRefusal: ProblemAnswer(problem(for: error))
        case let error as EncryptionFault: ProblemAnswer(Problem(.notPossible, detail: error.description))
        case let error as CheckpointConflict: ProblemAnswer(problem(for: error))
        case let error as CheckpointTimeout:
            ProblemAnswer(Problem(.decided, detail: error.description))
        case let error as BulkRejection: ProblemAnswer(Problem(.unknownBulk, detail: error.description))
        case let error as EnqueueRejection: ProblemAnswer(problem(for: error))
        case let error as ScheduleRejection: ProblemAnswer(problem(for: error))
        case let error as QueueRejection: ProblemAnswer(problem(for: error))
        case let error as MovingRejection: ProblemAnswer(problem(for: error))
        case let error as ExportFault: ProblemAnswer(Problem(.invalidExport, detail: error.description))
        case let error as LogIsReadOnly: ProblemAnswer(Problem(.readOnly, detail: error.description))
        case let error as StoreError: answer(toStore: error)
        case let error as RouteFault: answer(toRoute: error)
        case let error as AccessFault: answer(toAccess: error)
        case let error as WrongMethod: answer(toMethod: error)
        case let error as HTTPError: ProblemAnswer(problem(for: error), headers: error.headers)
        case let error as EventDecodingError:
            ProblemAnswer(Problem(.internalError, detail: error.description))
        default:
            ProblemAnswer(
                Problem(.internalError, detail: "the server met an unexpected error; its log names it"))
        }
    }

    private static func problem(for fault: RequestFault) -> Problem {
        let detail = fault.description
        return switch fault {
        case .malformedJSON(let error):
            Problem(.malformedJSON, detail: detail, extras: [ProblemExtra("offset", error.offset)])
        case .notUTF8(let offset):
            Problem(.malformedJSON, detail: detail, extras: [ProblemExtra("offset", offset)])
        case .unknownField(let name, _):
            Problem(.unknownField, detail: detail, extras: [ProblemExtra("field", name)])
        case .invalidField(let name, _):
            Problem(.invalidField, detail: detail, extras: [ProblemExtra("field", name)])
        case .unknownParameter(let name, _), .invalidParameter(let name, _):
            Problem(.invalidParameter, detail: detail, extras: [ProblemExtra("parameter", name)])
        case .invalidHeader(let name, _):
            Problem(.invalidHeader, detail: detail, extras: [ProblemExtra("header", name)])
        case .malformedCursor: Problem(.invalidCursor, detail: detail)
        }
    }

    private static func problem(for rejection: JobRejection) -> Problem {
        let detail = rejection.description
        return switch rejection {
        case .unknownJob: Problem(.unknownJob, detail: detail)
        case .pruned: Problem(.pruned, detail: detail)
        case .redacted: Problem(.redacted, detail: detail)
        case .notEncrypted: Problem(.notPossible, detail: detail)
        case .ended(let state):
            Problem(.jobEnded, detail: detail, extras: [ProblemExtra("state", state.rawValue)])
        case .notPossible(let state):
            Problem(.notPossible, detail: detail, extras: [ProblemExtra("state", state.rawValue)])
        case .unknownCheckpoint(let name):
            Problem(.unknownCheckpoint, detail: detail, extras: [ProblemExtra("checkpoint", name.rawValue)])
        case .unknownStep(let step):
            Problem(.unknownStep, detail: detail, extras: [ProblemExtra("step", step.description)])
        case .noBudget: Problem(.noBudget, detail: detail)
        case .budgetNotRaised(let limit):
            Problem(
                .budgetNotRaised, detail: detail, extras: [ProblemExtra("limit", limit.description)])
        case .requestReused(let id):
            Problem(.requestReused, detail: detail, extras: [ProblemExtra("request", id.rawValue)])
        case .alreadyExists, .leaseLost, .stepRecorded, .tooManyUnits: Problem(.notPossible, detail: detail)
        }
    }

    private static func problem(for refusal: RedactionRefusal) -> Problem {
        Problem(.notPossible, detail: refusal.description)
    }

    private static func problem(for fault: PastFault) -> Problem {
        let detail = fault.description
        return switch fault {
        case .behindEnd:
            Problem(.invalidParameter, detail: detail, extras: [ProblemExtra("parameter", "at")])
        case .notYet(_, let began, _):
            Problem(.unknownJob, detail: detail, extras: [ProblemExtra("began", began.description)])
        case .redacted(_, let from):
            Problem(.redacted, detail: detail, extras: [ProblemExtra("from", from.description)])
        }
    }

    private static func problem(for conflict: CheckpointConflict) -> Problem {
        Problem(
            .decided, detail: conflict.description,
            extras: [ProblemExtra("first", conflict.first.json)])
    }

    private static func problem(for rejection: EnqueueRejection) -> Problem {
        switch rejection {
        case .unknownKind(let kind): problem(forUnknown: kind)
        case .duplicate(let job):
            Problem(.duplicate, detail: rejection.description, extras: [ProblemExtra("job", job.description)])
        case .debounceWithoutKey:
            Problem(.invalidField, detail: rejection.description, extras: [ProblemExtra("field", "key")])
        }
    }

    private static func problem(forUnknown kind: JobKind, known: [JobKind]? = nil) -> Problem {
        let names = known.map { kinds in
            "[" + kinds.map { JSONText.string($0.rawValue).text }.joined(separator: ",") + "]"
        }
        return Problem(
            .unknownKind,
            detail:
                "no worker ever announced jobs of kind \"\(kind)\" here: check the name, start its worker "
                + "first, or send \"any_kind\": true",
            extras: [ProblemExtra("kind", kind.rawValue)]
                + (names.map { [ProblemExtra("known", JSONText(unchecked: $0))] } ?? []))
    }

    private static func problem(for rejection: ScheduleRejection) -> Problem {
        let detail = rejection.description
        func field(_ name: String) -> Problem {
            Problem(.invalidField, detail: detail, extras: [ProblemExtra("field", name)])
        }
        return switch rejection {
        case .unknownSchedule: Problem(.unknownSchedule, detail: detail)
        case .cron: field("cron")
        case .unknownZone: field("zone")
        case .interval: field("every_seconds")
        case .notBefore: field("not_before")
        case .uniqueness: field("unique")
        }
    }

    private static func problem(for rejection: QueueRejection) -> Problem {
        switch rejection {
        case .invalidLimit(let name, _):
            Problem(.invalidField, detail: rejection.description, extras: [ProblemExtra("field", name)])
        }
    }

    // The labels differ on purpose: of overloads the one for any error would be chosen, which is the caller.
    private static func answer(toStore error: StoreError) -> ProblemAnswer {
        let extras = [ProblemExtra("code", error.code.rawValue)]
        func unavailable(retryAfter seconds: Int?) -> ProblemAnswer {
            ProblemAnswer(
                Problem(.storeFails, status: 503, detail: error.description, extras: extras),
                retryAfter: seconds)
        }
        return switch error.code {
        case .busy: unavailable(retryAfter: 1)
        case .unavailable: unavailable(retryAfter: 5)
        case .full: unavailable(retryAfter: 30)
        case .readOnly, .closed: unavailable(retryAfter: nil)
        case .payloadTooLarge: ProblemAnswer(Problem(.tooLarge, detail: error.reason))
        case .corrupt, .schemaTooNew, .constraint:
            ProblemAnswer(Problem(.storeFails, detail: error.description, extras: extras))
        }
    }

    static func answer(toRoute fault: RouteFault) -> ProblemAnswer {
        switch fault {
        case .bodyTooLarge(let limit):
            ProblemAnswer(
                Problem(
                    .tooLarge, detail: "the body has more than \(limit) bytes",
                    extras: [ProblemExtra("limit", limit)]))
        case .bodyCutOff: ProblemAnswer(Problem(.refused, detail: "the body could not be read to its end"))
        case .unknownKind(let kind, let known): ProblemAnswer(problem(forUnknown: kind, known: known))
        case .unknownPayload:
            ProblemAnswer(Problem(.unknownPayload, detail: "no event of the job refers to such a value"))
        case .unknownArtifact:
            ProblemAnswer(
                Problem(.unknownArtifact, detail: "the job keeps no artifact of this name, at least not yet"))
        case .rangeOutside(let bytes):
            ProblemAnswer(
                Problem(
                    .rangeOutside,
                    detail: "the artifact has \(bytes) bytes, and none of them is in that range",
                    extras: [ProblemExtra("bytes", JSONText(unchecked: "\(bytes)"))]),
                headers: [.contentRange: "bytes */\(bytes)"])
        case .foreignCursor(let log, let earliest, let tail):
            ProblemAnswer(
                Problem(
                    .foreignCursor,
                    detail:
                        "the log ends at \(tail): the cursor is of another log, or of one that lost its end",
                    extras: [
                        ProblemExtra("log", log), ProblemExtra("earliest", earliest.description),
                        ProblemExtra("tail", tail.description),
                    ]))
        case .prunedCursor(let earliest):
            ProblemAnswer(
                Problem(
                    .prunedCursor,
                    detail:
                        "the events after the cursor were pruned: \(earliest) is the first that is there; ask with from=start",
                    extras: [ProblemExtra("earliest", earliest.description)]))
        case .archived(let segment):
            ProblemAnswer(
                Problem(
                    .pruned,
                    detail:
                        "the job ended and was archived into \(segment): `holdfast history` reads it there, on the "
                        + "machine of the database",
                    extras: [ProblemExtra("segment", segment)]))
        case .wrongHost(let name):
            ProblemAnswer(
                Problem(
                    .wrongHost,
                    detail:
                        "\"\(name)\" is no name of this server; add it to its host names (serve --host-name)"
                ))
        case .crossSite:
            ProblemAnswer(
                Problem(.crossSite, detail: "a page of another site may not change anything here"))
        case .malformedName:
            ProblemAnswer(
                Problem(.refused, detail: "the path holds no name: \(TextIdentifierRules.explanation)"))
        case .unavailable(let reason):
            ProblemAnswer(
                Problem(.unavailable, detail: reason, extras: [ProblemExtra("reason", reason)]),
                retryAfter: 2)
        }
    }

    private static func answer(toMethod error: WrongMethod) -> ProblemAnswer {
        let allowed = error.allowed.map(\.rawValue).joined(separator: ", ")
        return ProblemAnswer(
            Problem(.wrongMethod, detail: "this path answers \(allowed) only"), headers: [.allow: allowed])
    }

    /// What the router itself throws.
    private static func problem(for error: HTTPError) -> Problem {
        guard error.status != .notFound else {
            return Problem(.unknownRoute, detail: error.body ?? "there is nothing at this path")
        }
        return Problem(
            error.status.code >= 500 ? .internalError : .refused, status: error.status.code,
            detail: error.body ?? error.status.reasonPhrase)
    }
}

/// A problem and what goes with it into the head of the answer.
struct ProblemAnswer {
    let problem: Problem
    var headers: HTTPFields

    init(_ problem: Problem, headers: HTTPFields = [:], retryAfter seconds: Int? = nil) {
        self.problem = problem
        self.headers = headers
        if let seconds { self.headers[.retryAfter] = String(seconds) }
    }

    /// The whole answer.
    var response: Response {
        var headers = headers
        headers[.xContentTypeOptions] = "nosniff"
        return .json(
            problem.json, status: HTTPResponse.Status(code: problem.status), mediaType: Problem.mediaType,
            headers: headers)
    }
}
