/// Ends a command: what is wrong and what to do, in one sentence, and the exit code.
struct CommandFailure: Error, Hashable, CustomStringConvertible {
    /// The exit code.
    let code: CommandExitCode
    /// The sentence for standard error, without a name in front; empty when there is nothing to say.
    let sentence: String

    /// Describes a failure.
    init(_ code: CommandExitCode, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }

    var description: String { sentence }
}
