import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Notices that the reader of an output has gone, also while there is nothing to write: `holdfast tail | head -n 1` ends
/// with its reader, and not with the next event.
enum ReaderWatch {
    /// Returns when the reader has gone, or when the task is cancelled.
    ///
    /// - Returns: Whether the reader has gone.
    /// - Throws: `OutputError.failed` when there is no room for a pipe.
    static func wait(for output: StandardOutput) async throws -> Bool {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw OutputError.failed(code: errno) }
        let (reading, writing) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { for end in [reading, writing] { close(end) } }
        let descriptor = output.fileDescriptor
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // A thread of its own, which sleeps until one of both has something to say.
                DispatchQueue.global().async {
                    var watched = [
                        pollfd(fd: descriptor, events: 0, revents: 0),
                        pollfd(fd: reading, events: Int16(POLLIN), revents: 0),
                    ]
                    while poll(&watched, 2, -1) < 0, errno == EINTR {}
                    continuation.resume(returning: watched[0].revents != 0)
                }
            }
        } onCancel: {
            _ = write(writing, [0], 1)
        }
    }
}
