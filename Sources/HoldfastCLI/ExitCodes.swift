/// The exit codes of `holdfast`: what a script can rely on.
///
/// Where the BSD `sysexits.h` has a number for the case, that number is used.
enum CommandExitCode: Int32, CaseIterable, Sendable {
    /// The command did what it was asked to.
    case success = 0
    /// The job failed, was cancelled or waits for a person; or its state does not allow what was asked; or a check
    /// found a problem.
    case jobRefused = 1
    /// The command line cannot be understood.
    case usage = 64
    /// A value is not acceptable: not JSON, too large, a kind nobody announced, an ambiguous part of an id.
    case badValue = 65
    /// A file or directory that was named does not exist.
    case noSuchFile = 66
    /// There is no job with that id.
    case noSuchJob = 67
    /// The key is kept by another job, and the command asked to be refused then.
    case duplicate = 68
    /// Something is in use: the port, the database by a writer that does not finish, or a server; or none answers.
    case busy = 69
    /// A mistake in Holdfast itself.
    case internalError = 70
    /// A file could not be created.
    case cannotCreate = 73
    /// Reading or writing failed: a full disk, a damaged database.
    case inputOutput = 74
    /// A file may not be read or written, or a server does not allow what was asked.
    case notPermitted = 77
    /// The database, or what answers at an address, is of another program or of a newer version.
    case wrongDatabase = 78
    /// Somebody pressed Ctrl-C, or ended the command by a signal, before it was done.
    case interrupted = 130

    /// One line for `--help`.
    var meaning: String {
        switch self {
        case .success: "done"
        case .jobRefused:
            "the job failed or was cancelled, its state does not allow that, or a check found a problem"
        case .usage: "the command line is wrong"
        case .badValue: "a value is not acceptable: not JSON, too large, unknown kind, ambiguous id"
        case .noSuchFile: "a file or directory does not exist"
        case .noSuchJob: "there is no such job"
        case .duplicate: "a job of that key is there already, and nothing was added"
        case .busy: "the port or the database is in use, or no server answers; try again"
        case .internalError: "a mistake in holdfast itself"
        case .cannotCreate: "a file cannot be created"
        case .inputOutput: "reading or writing failed, such as on a full disk"
        case .notPermitted: "a file may not be read or written, or the server does not allow it"
        case .wrongDatabase: "the file or the server is none of holdfast, or of a newer version"
        case .interrupted: "interrupted before it was done"
        }
    }

    /// All codes with their meanings, one a line, for `--help`.
    static var table: String {
        allCases.map { code in
            let number = String(code.rawValue)
            return "  " + String(repeating: " ", count: 3 - number.utf8.count) + number + "  " + code.meaning
        }.joined(separator: "\n")
    }
}
