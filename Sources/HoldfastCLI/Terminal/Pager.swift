import FoundationEssentials
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
    import Foundation
#endif

/// The program through which somebody reads long output, such as `less`.
///
/// It is begun by the first text that does not fit the screen, and waited for at the end.
final class Pager: Sendable {
    private struct Run {
        let process: pid_t
        let descriptor: Int32
    }

    private let command: String
    private let ignoresInterrupts: Bool
    private let run = Mutex<Run?>(nil)

    /// Prepares a pager; nil where none is wanted.
    ///
    /// - Parameters:
    ///   - variable: Reads an environment variable: `HOLDFAST_PAGER`, else `PAGER`. An empty one and `cat` mean none.
    ///   - ignoresInterrupts: Whether Ctrl-C is left to the pager while it runs.
    init?(variable: (String) -> String?, ignoresInterrupts: Bool) {
        guard let command = variable("HOLDFAST_PAGER") ?? variable("PAGER"), !command.isEmpty,
            command != "cat"
        else { return nil }
        self.command = command
        self.ignoresInterrupts = ignoresInterrupts
    }

    deinit { finish() }

    /// Begins the program.
    ///
    /// - Returns: Where its input is written; nil when it cannot be begun, and the output goes where it would have gone.
    func begin() -> Int32? {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        let (reading, writing) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(reading) }
        guard let process = spawn(reading: reading) else {
            close(writing)
            return nil
        }
        // Ctrl-C is for the pager, which takes it for the end of a search and not for the end of all.
        if ignoresInterrupts { signal(SIGINT, SIG_IGN) }
        run.withLock { $0 = Run(process: process, descriptor: writing) }
        return writing
    }

    /// Ends the input and waits until the reader leaves the program.
    func finish() {
        let run = run.withLock { run in
            defer { run = nil }
            return run
        }
        guard let run else { return }
        close(run.descriptor)
        var status: Int32 = 0
        while waitpid(run.process, &status, 0) < 0, errno == EINTR {}
    }

    private func spawn(reading: Int32) -> pid_t? {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, reading, STDIN_FILENO)
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // What this process ignores the other one must not.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        sigaddset(&signals, SIGINT)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var variables = ProcessInfo.processInfo.environment
        // So that less shows colours, and leaves what fits the screen where it is.
        variables["LESS"] = variables["LESS"] ?? "FRX"
        let line: [String] = ["sh", "-c", command]
        let words = line.map { strdup($0) } + [nil]
        let settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + settings { free(text) } }
        var process: pid_t = 0
        return posix_spawn(&process, "/bin/sh", &actions, &attributes, words, settings) == 0 ? process : nil
    }
}
