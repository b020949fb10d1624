import HoldfastCore
import HoldfastEngine

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a command meets: where it writes and reads, and where time and chance come from.
///
/// Commands use nothing else of the process, so that tests can run them beside one another.
struct CommandSurroundings: Sendable {
    /// What was asked for goes here.
    let output: StandardOutput
    /// Errors and logs go here.
    let errors: StandardOutput
    /// What the output can show; asked again at each redraw.
    let outputStyle: @Sendable () -> OutputStyle
    /// The file descriptor that `-` stands for.
    let input: Int32
    /// Reads an environment variable.
    let variable: @Sendable (String) -> String?
    /// The clock, and chance.
    let environment: EngineEnvironment
    /// How moments are written.
    let time: LocalTime
    /// Who acts, where a command does not say so.
    let person: String
    /// Whether signals of the process are the command's to handle.
    let handlesSignals: Bool

    /// The surroundings of a process.
    static func process() -> CommandSurroundings {
        CommandSurroundings(
            output: StandardOutput(), errors: StandardOutput(fileDescriptor: STDERR_FILENO, capacity: 1),
            outputStyle: { OutputStyle.detect() }, input: STDIN_FILENO,
            variable: OutputStyle.environmentVariable,
            environment: .system, time: LocalTime(), person: loginName(), handlesSignals: true)
    }

    /// The moment now.
    var now: Timestamp { environment.now() }

    /// The name under which somebody logged in, else the number of the user.
    private static func loginName() -> String {
        for variable in ["LOGNAME", "USER"] {
            if let name = OutputStyle.environmentVariable(variable), TextIdentifierRules.accepts(name) {
                return name
            }
        }
        return "uid-\(getuid())"
    }
}
