import HoldfastAPI
import HoldfastClient
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore

/// Says in one sentence what is wrong and what to do: the one place that maps errors to exit codes.
enum ErrorSentences {
    /// Describes any error.
    ///
    /// - Parameters:
    ///   - error: What was thrown.
    ///   - database: The file that the command works on, to be named in the sentence.
    /// - Returns: The exit code and the sentence.
    static func failure(for error: any Error, database: String? = nil) -> CommandFailure {
        switch error {
        case let failure as CommandFailure: failure
        case let error as StoreError: failure(for: error, database: database)
        case let rejection as JobRejection: failure(for: rejection)
        case is PrunedJobAsked: failure(for: JobRejection.pruned)
        case let rejection as EnqueueRejection: failure(for: rejection)
        case let fault as PastFault: failure(for: fault)
        case let refusal as RedactionRefusal: CommandFailure(.jobRefused, refusal.description)
        case let fault as EncryptionFault: CommandFailure(.jobRefused, fault.description)
        case let conflict as CheckpointConflict: CommandFailure(.jobRefused, conflict.description)
        case let timeout as CheckpointTimeout: CommandFailure(.jobRefused, timeout.description)
        case ScheduleRejection.unknownSchedule(let name):
            CommandFailure(
                .noSuchJob, "there is no schedule \"\(name)\"; `holdfast schedules` lists those there are")
        case let rejection as ScheduleRejection: CommandFailure(.badValue, rejection.description)
        case let rejection as QueueRejection: CommandFailure(.badValue, rejection.description)
        case let rejection as BulkRejection: CommandFailure(.badValue, rejection.description)
        case let error as AuthenticationError: CommandFailure(.badValue, error.description)
        case let error as LogIsReadOnly: CommandFailure(.notPermitted, error.description)
        case let rejection as MovingRejection: failure(for: rejection)
        case let fault as ExportFault: CommandFailure(.badValue, fault.description)
        case let error as ServerStartError: failure(for: error)
        case let error as OutputError: failure(for: error)
        case let error as ClientError: failure(for: error, at: "that address")
        case let error as RequestFault: CommandFailure(.badValue, error.description)
        case let error as JSONSyntaxError: CommandFailure(.badValue, "the text is \(error)")
        case let error as EventDecodingError:
            CommandFailure(
                .wrongDatabase, "\(error); use the version of holdfast that wrote it, or a newer one")
        case is CancellationError: CommandFailure(.interrupted, "")
        default:
            CommandFailure(
                .internalError,
                "this should not happen, please report it: \(oneLine(error)) (\(type(of: error)))")
        }
    }

    private static func failure(for fault: PastFault) -> CommandFailure {
        switch fault {
        case .behindEnd: CommandFailure(.badValue, fault.description)
        case .notYet: CommandFailure(.noSuchJob, fault.description)
        case .redacted: CommandFailure(.jobRefused, fault.description)
        }
    }

    private static func failure(for error: StoreError, database: String?) -> CommandFailure {
        let file = database ?? "the database"
        switch error.code {
        case .busy:
            return CommandFailure(
                .busy,
                "\(file) is locked by another process that does not finish writing; try again in a moment")
        case .full:
            return CommandFailure(
                .inputOutput,
                "the disk that holds \(file) is full and nothing was written; make room and try again")
        case .readOnly: return CommandFailure(.notPermitted, sentence(of: error, about: file))
        case .unavailable: return CommandFailure(.inputOutput, sentence(of: error, about: file))
        case .corrupt, .schemaTooNew: return CommandFailure(.wrongDatabase, sentence(of: error, about: file))
        case .payloadTooLarge: return CommandFailure(.badValue, "the value is too large: \(error.reason)")
        case .closed, .constraint:
            return CommandFailure(
                .internalError, "this should not happen, please report it: \(oneLine(error))")
        }
    }

    /// What the store said, which names what to do, with the file before it unless it is named there.
    private static func sentence(of error: StoreError, about file: String) -> String {
        error.reason.contains(file) ? error.reason : "\(file): \(error.reason)"
    }

    static func failure(for rejection: JobRejection) -> CommandFailure {
        switch rejection {
        case .unknownJob:
            CommandFailure(.noSuchJob, "there is no such job; `holdfast jobs` lists those there are")
        case .pruned: CommandFailure(.noSuchJob, rejection.description)
        case .ended, .notPossible, .noBudget, .budgetNotRaised, .redacted, .notEncrypted:
            CommandFailure(.jobRefused, rejection.description)
        case .unknownCheckpoint:
            CommandFailure(
                .jobRefused, "\(rejection); `holdfast checkpoints` lists those that wait for a decision")
        case .unknownStep:
            CommandFailure(.jobRefused, "\(rejection); `holdfast show` lists its steps")
        case .requestReused: CommandFailure(.badValue, rejection.description)
        case .alreadyExists, .leaseLost, .stepRecorded, .tooManyUnits:
            CommandFailure(.internalError, "this should not happen, please report it: \(rejection)")
        }
    }

    private static func failure(for rejection: EnqueueRejection) -> CommandFailure {
        switch rejection {
        case .unknownKind: CommandFailure(.badValue, rejection.description)
        case .duplicate: CommandFailure(.duplicate, rejection.description)
        case .debounceWithoutKey: CommandFailure(.usage, rejection.description)
        }
    }

    private static func failure(for rejection: MovingRejection) -> CommandFailure {
        switch rejection {
        case .targetExists: CommandFailure(.cannotCreate, rejection.description)
        case .targetIsBeingMade, .targetInUse: CommandFailure(.busy, rejection.description)
        case .jobExists: CommandFailure(.duplicate, rejection.description)
        case .contentMissing, .contentChanged: CommandFailure(.badValue, rejection.description)
        }
    }

    private static func failure(for error: ServerStartError) -> CommandFailure {
        switch error {
        case .taken: CommandFailure(.busy, error.description)
        case .unprotected: CommandFailure(.usage, error.description)
        case .notPermitted: CommandFailure(.notPermitted, error.description)
        case .noSuchAddress, .certificate, .privateKey, .keyMismatch:
            CommandFailure(.badValue, error.description)
        }
    }

    private static func failure(for error: OutputError) -> CommandFailure {
        switch error {
        // Whoever stopped reading needs no explanation.
        case .closedPipe: CommandFailure(.success, "")
        case .failed: CommandFailure(.inputOutput, lowerFirst(error.description.trimmed(of: ".")))
        }
    }

    private static func oneLine(_ error: any Error) -> String {
        "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private static func lowerFirst(_ text: String) -> String {
        text.prefix(1).lowercased() + text.dropFirst()
    }
}

extension String {
    /// The text without one character at its end.
    func trimmed(of last: Character) -> String {
        self.last == last ? String(dropLast()) : self
    }
}
