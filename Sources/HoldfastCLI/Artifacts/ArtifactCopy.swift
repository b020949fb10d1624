import HoldfastCore
import HoldfastStore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Copies the bytes of one artifact out of where it is kept, chunk by chunk, and compares them with their SHA-256.
struct ArtifactCopy {
    private let record: ArtifactRecord
    private let job: JobID
    private let target: any ReadingTarget

    /// Prepares to copy a file that a job keeps.
    init(_ record: ArtifactRecord, of job: JobID, from target: any ReadingTarget) {
        self.record = record
        self.job = job
        self.target = target
    }

    /// Copies to standard output, which must not be a terminal: the bytes could steer it.
    ///
    /// - Throws: `CommandFailure`, `OutputError`, `StoreError`.
    func write(to surroundings: CommandSurroundings) async throws {
        guard !surroundings.outputStyle().isTerminal else {
            throw CommandFailure(
                .usage, "the bytes of a file are not for a terminal; add a path behind --output, or a pipe")
        }
        try await forEachChunk { try surroundings.output.write(bytes: $0) }
    }

    /// Copies to a file: to one beside it first, which takes its place once it is whole.
    ///
    /// - Throws: `CommandFailure`, `StoreError`; what stood at the path stays then.
    func write(to path: String) async throws {
        let beside = path + ".part"
        let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        do {
            defer { close(descriptor) }
            try await forEachChunk { try Self.write($0, to: descriptor, path) }
        } catch {
            unlink(beside)
            throw error
        }
        guard rename(beside, path) == 0 else {
            let code = errno
            unlink(beside)
            throw Self.failure(path, code)
        }
    }

    private func forEachChunk(_ body: ([UInt8]) throws -> Void) async throws {
        var sum = SHA256Stream()
        var offset: Int64 = 0
        try await target.readContent(of: record, of: job) { chunk in
            chunk.withUnsafeBytes { sum.update($0) }
            try body(chunk)
            offset += Int64(chunk.count)
        }
        guard offset == record.bytes else { throw damaged("bytes from \(offset) on are missing") }
        guard sum.sum().hexadecimal == record.sha256 else { throw damaged("their SHA-256 is another one") }
    }

    private func damaged(_ reason: String) -> StoreError {
        StoreError(.corrupt, operation: "copy an artifact", reason: "the bytes are damaged: \(reason)")
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
