import Foundation

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Another process, which lives until it is killed, or until the process of the tests ends and its input with it.
final class ChildProcess {
    /// Why there is no such process, or that it failed.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let id: pid_t
    private let input: Int32
    private let output: Int32
    private var isReaped = false

    /// Starts a program; its path is absolute.
    init(_ program: String, _ arguments: [String] = []) throws {
        let (fromParent, fromChild) = (try ChildProcess.pipe(), try ChildProcess.pipe())
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, fromParent.reading, 0)
        posix_spawn_file_actions_adddup2(&actions, fromChild.writing, 1)
        // Its complaints are told by its status.
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var started = pid_t()
        let code = posix_spawn(&started, program, &actions, nil, &words, nil)
        close(fromParent.reading)
        close(fromChild.writing)
        (id, input, output) = (started, fromParent.writing, fromChild.reading)
        if code != 0 {
            isReaped = true
            throw Failure(description: "\(program): \(String(cString: strerror(code)))")
        }
    }

    deinit {
        kill()
        close(input)
        close(output)
    }

    /// Runs a program to its end.
    static func run(_ program: String, _ arguments: [String]) throws {
        let child = try ChildProcess(program, arguments)
        let status = child.reap()
        guard status == 0 else { throw Failure(description: "\(program) ended with status \(status)") }
    }

    /// Waits for the next line of its output.
    func line() throws -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(output, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        throw Failure(description: "it ended after \"\(String(decoding: bytes, as: UTF8.self))\"")
    }

    /// Ends it as a crash would, and waits until the system has cleared it away.
    func kill() {
        guard !isReaped else { return }
        _ = Foundation.kill(id, SIGKILL)
        _ = reap()
    }

    private func reap() -> Int32 {
        var status: Int32 = 0
        while waitpid(id, &status, 0) == -1, errno == EINTR {}
        isReaped = true
        return status
    }

    /// Both ends of a pipe; the child gets copies of its own of what it needs, and nothing else.
    private static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Foundation.pipe(&ends) == 0 else { throw Failure(description: "no pipe is left") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }
}
