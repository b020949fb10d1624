#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes a file beside its place first, which takes its place once it is whole.
enum WholeFile {
    /// Writes what `body` hands out, for the user who runs the command and nobody else.
    ///
    /// - Parameters:
    ///   - path: The place; what stands there is replaced.
    ///   - body: Is given what takes bytes.
    /// - Throws: `CommandFailure`, and what `body` throws; what stood at the path stays then.
    static func write(
        to path: String, _ body: ((_ bytes: [UInt8]) throws -> Void) async throws -> Void
    ) async throws {
        let beside = path + ".part"
        let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path, errno) }
        do {
            defer { close(descriptor) }
            try await body { try write($0, to: descriptor, path) }
        } catch {
            unlink(beside)
            throw error
        }
        guard rename(beside, path) == 0 else {
            let code = errno
            unlink(beside)
            throw failure(path, code)
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { system(write: $0, to: descriptor) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw failure(path, errno)
            }
        }
    }

    private static func system(write bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
            Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }

    private static func failure(_ path: String, _ code: Int32) -> CommandFailure {
        let reason = String(cString: strerror(code))
        switch code {
        case ENOENT, ENOTDIR, EISDIR:
            return CommandFailure(.cannotCreate, "\(path) cannot be made (\(reason))")
        case EACCES, EPERM, EROFS:
            return CommandFailure(.notPermitted, "\(path) may not be written (\(reason))")
        default: return CommandFailure(.inputOutput, "\(path) cannot be written (\(reason))")
        }
    }
}
