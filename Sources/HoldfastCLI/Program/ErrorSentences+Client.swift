import HoldfastAPI
import HoldfastClient
import HoldfastCore

extension ErrorSentences {
    /// Describes why a server did not do what was asked; what it refuses has the exit code that a file would give.
    static func failure(for error: ClientError, at address: String) -> CommandFailure {
        switch error {
        case .invalidURL: CommandFailure(.usage, "\(error.description); check --url")
        case .unreachable(let reason):
            CommandFailure(.busy, "no server answers at \(address) (\(reason)); check --url, or start it")
        case .timedOut, .cut:
            CommandFailure(.busy, "the server at \(address) gave no whole answer: \(error); try again")
        case .foreign(let status, _) where status == 429 || status >= 500:
            CommandFailure(.busy, "something before the server at \(address) answered \(status); try again")
        case .foreign(let status, _):
            CommandFailure(
                .wrongDatabase,
                "what answers at \(address) is no Holdfast server (it said \(status)); check --url")
        case .malformed(let reason):
            CommandFailure(
                .wrongDatabase,
                "the server at \(address) is of another version, or none of Holdfast (\(reason)); check --url"
            )
        case .refused(let problem, let wait): failure(for: problem, retryAfter: wait, at: address)
        }
    }

    /// Says which kinds were announced, where one was not.
    static func unknownKind(_ kind: JobKind, in place: String, known: [JobKind]) -> CommandFailure {
        let list = known.isEmpty ? "none yet" : known.map(\.rawValue).joined(separator: ", ")
        return CommandFailure(
            .badValue,
            "no worker ever announced the kind \"\(kind)\" in \(place) (known: \(list)); check the name, start its "
                + "worker first, or add --any-kind")
    }

    private static func failure(
        for problem: Problem, retryAfter wait: Duration?, at address: String
    ) -> CommandFailure {
        func ends(_ code: CommandExitCode, _ sentence: String? = nil) -> CommandFailure {
            CommandFailure(code, sentence ?? problem.detail)
        }
        switch problem.kind {
        // It says more where the job came later than the moment that was asked for.
        case .unknownJob where problem.extras.contains { $0.name == "began" }: return ends(.noSuchJob)
        case .unknownJob: return failure(for: JobRejection.unknownJob)
        case .pruned: return ends(.noSuchJob)
        case .unknownSchedule:
            return ends(.noSuchJob, "\(problem.detail); `holdfast schedules` lists those there are")
        case .unknownCheckpoint:
            return ends(
                .jobRefused, "\(problem.detail); `holdfast checkpoints` lists those that wait for a decision")
        case .unknownStep: return ends(.jobRefused, "\(problem.detail); `holdfast show` lists its steps")
        case .jobEnded, .notPossible, .noBudget, .budgetNotRaised, .decided, .redacted:
            return ends(.jobRefused)
        case .duplicate, .jobExists: return ends(.duplicate)
        case .unknownArtifact, .unknownPayload: return ends(.noSuchFile)
        case .unknownKind: return unknownKind(of: problem, at: address)
        case .malformedJSON, .unknownField, .invalidField, .invalidParameter, .invalidHeader, .invalidCursor,
            .rangeOutside, .requestReused, .tooLarge, .refused, .unknownBulk, .foreignCursor, .prunedCursor,
            .contentMissing, .invalidExport:
            return ends(.badValue)
        case .unauthenticated:
            return ends(
                .notPermitted,
                "the server at \(address) does not know you (\(problem.detail)); put an API key or a token into "
                    + "HOLDFAST_TOKEN, or name a file that holds it with --token-file")
        case .forbidden, .crossSite, .readOnly:
            return ends(.notPermitted, "the server at \(address) does not allow it: \(problem.detail)")
        case .tooMany, .unavailable:
            let time = wait.map { " in \($0.components.seconds) s" } ?? ""
            return ends(.busy, "the server at \(address) is busy: \(problem.detail); try again\(time)")
        case .storeFails where problem.status == 503:
            return ends(.busy, "the server at \(address) cannot use its database now: \(problem.detail)")
        case .storeFails, .internalError:
            return ends(.inputOutput, "the server at \(address) failed: \(problem.detail); its log says more")
        case .wrongHost: return ends(.badValue, "\(problem.detail); check --url")
        case .unknownRoute, .wrongMethod, nil:
            return ends(
                .wrongDatabase,
                "the server at \(address) cannot do that (\(problem.detail)); it is of another version, or --url has a "
                    + "wrong path")
        }
    }

    private static func unknownKind(of problem: Problem, at address: String) -> CommandFailure {
        func value(_ name: String) -> JSONText? { problem.extras.first { $0.name == name }?.value }
        let known = (value("known").flatMap(JSONValues.elements) ?? []).compactMap(JSONValues.string)
        guard let kind = value("kind").flatMap(JSONValues.string).flatMap(JobKind.init(rawValue:)) else {
            return CommandFailure(.badValue, problem.detail)
        }
        return unknownKind(kind, in: address, known: known.compactMap(JobKind.init(rawValue:)))
    }
}
