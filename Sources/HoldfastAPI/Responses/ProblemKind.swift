/// The problems that a server of this version describes.
///
/// The raw value is the end of the problem's type and never changes its meaning.
public enum ProblemKind: String, Hashable, Sendable, CaseIterable {
    /// The body is not JSON, not UTF-8 or no object; `offset` is the first byte that does not fit, from 0.
    case malformedJSON = "malformed-json"
    /// The body has a field that the endpoint does not know, named by `field`.
    case unknownField = "unknown-field"
    /// A field is missing, given twice or of the wrong form, named by `field`.
    case invalidField = "invalid-field"
    /// A parameter of the query is unknown or of the wrong form, named by `parameter`.
    case invalidParameter = "invalid-parameter"
    /// A header is of the wrong form, named by `header`.
    case invalidHeader = "invalid-header"
    /// A cursor is no position.
    case invalidCursor = "invalid-cursor"
    /// The request does not say who sends it, or what it says is not believed.
    case unauthenticated
    /// The caller is known and may not do it.
    case forbidden
    /// The caller takes more of the server than is allowed: requests in a second, or open streams, then `limit`.
    case tooMany = "too-many"
    /// A browser sent the request for another site.
    case crossSite = "cross-site"
    /// There is no job of this id.
    case unknownJob = "unknown-job"
    /// The job ended and was deleted by retention.
    case pruned
    /// The job's values were redacted: it stays as it is, and its states before it ended are not known any more.
    case redacted
    /// There is no schedule of this name.
    case unknownSchedule = "unknown-schedule"
    /// The job's events refer to no value with this digest.
    case unknownPayload = "unknown-payload"
    /// The job keeps no artifact of this name.
    case unknownArtifact = "unknown-artifact"
    /// The range lies outside of the bytes that there are, whose number is `bytes`.
    case rangeOutside = "range-outside"
    /// The job has no checkpoint of this name, given in `checkpoint`.
    case unknownCheckpoint = "unknown-checkpoint"
    /// The job never began this step, given in `step`.
    case unknownStep = "unknown-step"
    /// The checkpoint was decided otherwise before; `first` is the decision that counts.
    case decided
    /// There is no bulk operation of this id.
    case unknownBulk = "unknown-bulk"
    /// There is nothing at this path.
    case unknownRoute = "unknown-route"
    /// There is something at this path, but not for this method.
    case wrongMethod = "wrong-method"
    /// The job has ended, in the state `state`.
    case jobEnded = "job-ended"
    /// The command does not fit the state `state`.
    case notPossible = "not-possible"
    /// The key is kept by the job `job`, and the request asked to be refused then or to replace what has begun.
    case duplicate
    /// The job was enqueued without a budget.
    case noBudget = "no-budget"
    /// The limit in force is higher: `limit`.
    case budgetNotRaised = "budget-not-raised"
    /// The cursor is of another log, or of one that lost its end.
    case foreignCursor = "foreign-cursor"
    /// The events after the cursor were pruned; the first that is there is `earliest`.
    case prunedCursor = "pruned-cursor"
    /// The body, a value in it, the head or the query is above the limit.
    case tooLarge = "too-large"
    /// The request was meant for another server: the `Host` is none of this one's names.
    case wrongHost = "wrong-host"
    /// No worker ever announced this kind of job here; `known` are those that were.
    case unknownKind = "unknown-kind"
    /// The `Idempotency-Key`, given in `request`, was sent before with another body or to another path.
    case requestReused = "request-reused"
    /// The request is refused for a reason that `detail` gives.
    case refused
    /// The log has the job `job` already, and an import changes none.
    case jobExists = "job-exists"
    /// The bytes `sha256`, to which an event of an import refers, are nowhere.
    case contentMissing = "content-missing"
    /// The body is no export of a job, or one that was cut or changed.
    case invalidExport = "invalid-export"
    /// The log is open for reading only: a copy that is looked at.
    case readOnly = "read-only"
    /// The store cannot do it now.
    case storeFails = "store-fails"
    /// The server is stopping or not ready.
    case unavailable
    /// A fault of the server.
    case internalError = "internal-error"

    /// The problem in words for people.
    public var title: String {
        switch self {
        case .malformedJSON: "The body is not a JSON object"
        case .unknownField: "The body has an unknown field"
        case .invalidField: "A field does not fit"
        case .invalidParameter: "A query parameter does not fit"
        case .invalidHeader: "A header does not fit"
        case .invalidCursor: "The cursor does not fit"
        case .unauthenticated: "Who are you?"
        case .forbidden: "You may not do this"
        case .tooMany: "Too many at once"
        case .crossSite: "The request comes from another site"
        case .unknownJob: "No such job"
        case .pruned: "The job was pruned"
        case .redacted: "The job was redacted"
        case .unknownSchedule: "No such schedule"
        case .unknownPayload: "No such payload"
        case .unknownArtifact: "No such artifact"
        case .rangeOutside: "The range is outside"
        case .unknownCheckpoint: "No such checkpoint"
        case .unknownStep: "No such step"
        case .decided: "The checkpoint is decided"
        case .unknownBulk: "No such bulk operation"
        case .unknownRoute: "Nothing is here"
        case .wrongMethod: "The method does not fit"
        case .jobEnded: "The job has ended"
        case .notPossible: "The job's state does not allow it"
        case .duplicate: "The key is kept by another job"
        case .noBudget: "The job has no budget"
        case .budgetNotRaised: "The limit is higher already"
        case .foreignCursor: "The cursor is of another log"
        case .prunedCursor: "The events were pruned"
        case .tooLarge: "The request is too large"
        case .wrongHost: "The request is for another host"
        case .unknownKind: "The kind of job is unknown"
        case .requestReused: "The idempotency key is used"
        case .refused: "The request is refused"
        case .jobExists: "The job is here already"
        case .contentMissing: "Bytes are missing"
        case .invalidExport: "The export does not fit"
        case .readOnly: "The log is open for reading only"
        case .storeFails: "The store fails"
        case .unavailable: "The server is not available"
        case .internalError: "The server failed"
        }
    }

    /// The status code that goes with it.
    public var status: Int {
        switch self {
        case .malformedJSON, .unknownField, .invalidField, .invalidParameter, .invalidHeader, .invalidCursor,
            .refused, .invalidExport:
            400
        case .unauthenticated: 401
        case .crossSite, .forbidden, .readOnly: 403
        case .unknownJob, .unknownPayload, .unknownArtifact, .unknownCheckpoint, .unknownStep, .unknownRoute,
            .unknownSchedule, .unknownBulk:
            404
        case .wrongMethod: 405
        case .jobEnded, .notPossible, .duplicate, .noBudget, .budgetNotRaised, .decided, .foreignCursor,
            .jobExists, .contentMissing:
            409
        case .prunedCursor, .pruned, .redacted: 410
        case .tooLarge: 413
        case .rangeOutside: 416
        case .wrongHost: 421
        case .unknownKind, .requestReused: 422
        case .tooMany: 429
        case .storeFails, .internalError: 500
        case .unavailable: 503
        }
    }
}
