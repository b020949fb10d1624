import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why output could not be written.
enum OutputError: Error, Hashable, CustomStringConvertible {
    /// The reader has gone, as `| head` does when it has enough. The command ends quietly with its
    /// own exit code.
    case closedPipe
    /// The system refused, for instance because the disk is full; with its `errno`.
    case failed(code: Int32)

    var description: String {
        switch self {
        case .closedPipe: "The reader closed the output."
        case .failed(let code): "Writing the output failed: \(String(cString: strerror(code)))."
        }
    }
}

/// A buffered writer of standard output that notices when nobody reads any more.
///
/// What is written stays in memory until the buffer is full or `flush()` is called; a command
/// flushes before it ends and wherever somebody waits for a line. Any thread may write; one call's
/// text is never torn apart. Writing blocks the calling thread while the reader is slow. After an
/// error every further call throws the same error, so that nothing gets lost in between without
/// notice.
final class StandardOutput: Sendable {
    private struct State {
        var buffer: [UInt8] = []
        var failure: OutputError?
        var fileDescriptor: Int32
        /// Is asked once, before anything is written.
        var paging: Paging?
    }

    /// Where long output goes instead.
    private struct Paging {
        let pager: Pager
        let rows: Int
    }

    private let capacity: Int
    private let state: Mutex<State>

    /// Makes a writer, and turns off the signal that would end the process when the reader goes.
    ///
    /// - Parameters:
    ///   - fileDescriptor: An open file, which stays the caller's to close.
    ///   - capacity: The bytes that are collected before they are written, at least 1.
    convenience init(fileDescriptor: Int32 = STDOUT_FILENO, capacity: Int = 65_536) {
        self.init(State(fileDescriptor: fileDescriptor), capacity: capacity)
    }

    private init(_ state: State, capacity: Int) {
        self.capacity = max(1, capacity)
        self.state = Mutex(state)
        signal(SIGPIPE, SIG_IGN)
    }

    /// A writer to the same file that begins a pager when its first text has more lines than the screen.
    ///
    /// - Parameters:
    ///   - pager: Is begun then, and has to be finished after the last flush.
    ///   - rows: The lines of the screen.
    /// - Returns: The writer.
    func paged(by pager: Pager, rows: Int) -> StandardOutput {
        let paging = Paging(pager: pager, rows: rows)
        return StandardOutput(State(fileDescriptor: fileDescriptor, paging: paging), capacity: capacity)
    }

    /// The file that is written to.
    var fileDescriptor: Int32 { state.withLock(\.fileDescriptor) }

    /// Writes text as it is; what others wrote goes through `TerminalText` first.
    ///
    /// - Throws: `closedPipe` when the reader has gone: end quietly. `failed` for any other reason:
    ///   tell the user.
    func write(_ text: String) throws(OutputError) {
        try write(bytes: text.utf8)
    }

    /// Writes text and a line end.
    ///
    /// - Throws: As `write(_:)`.
    func writeLine(_ text: String = "") throws(OutputError) {
        try write(bytes: (text + "\n").utf8)
    }

    /// Writes bytes as they are.
    ///
    /// - Throws: As `write(_:)`.
    func write(bytes: some Sequence<UInt8>) throws(OutputError) {
        let bytes = Array(bytes)
        try state.withLock { state throws(OutputError) in
            if let failure = state.failure { throw failure }
            state.buffer += bytes
            if state.buffer.count >= capacity { try drain(&state) }
        }
    }

    /// Hands everything that was written to the system.
    ///
    /// - Throws: As `write(_:)`.
    func flush() throws(OutputError) {
        try state.withLock { state throws(OutputError) in
            if let failure = state.failure { throw failure }
            try drain(&state)
        }
    }

    private func drain(_ state: inout State) throws(OutputError) {
        guard !state.buffer.isEmpty else { return }
        if let paging = state.paging {
            state.paging = nil
            let lines = state.buffer.count { $0 == UInt8(ascii: "\n") }
            if lines >= paging.rows, let descriptor = paging.pager.begin() {
                state.fileDescriptor = descriptor
            }
        }
        let failure = state.buffer.withUnsafeBytes { writeAll($0, to: state.fileDescriptor) }
        state.buffer.removeAll(keepingCapacity: failure == nil)
        state.failure = failure
        if let failure { throw failure }
    }
}

/// Writes all bytes, however many calls that takes, and returns what went wrong, or nil.
private func writeAll(_ bytes: UnsafeRawBufferPointer, to fileDescriptor: Int32) -> OutputError? {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = write(fileDescriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count >= 0 {
            rest = rest.dropFirst(count)
            continue
        }
        switch errno {
        case EINTR: continue
        case EAGAIN, EWOULDBLOCK:
            // Another program may have made the terminal or pipe non-blocking for all who share it.
            var waiting = pollfd(fd: fileDescriptor, events: Int16(POLLOUT), revents: 0)
            if poll(&waiting, 1, -1) < 0, errno != EINTR { return .failed(code: errno) }
        case EPIPE: return .closedPipe
        case let code: return .failed(code: code)
        }
    }
    return nil
}
