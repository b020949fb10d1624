public import HoldfastCore

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Where the bytes of an export come from; they can be read more than once.
public struct ExportSource: Sendable {
    /// Gives some of the bytes, at least one; nil at the end.
    typealias Bytes = () throws -> [UInt8]?

    private let open: @Sendable () throws -> Bytes
    private var job: JobID?

    /// The bytes of a file, as they are or compressed with gzip.
    ///
    /// - Parameter path: Its path; it is opened when it is read.
    public init(path: String) {
        open = { try GzipExpander.expanding(ExportFile(path).next) }
    }

    /// Bytes in memory, as they are or compressed with gzip.
    public init(bytes: [UInt8]) {
        open = {
            var rest = [bytes]
            return try GzipExpander.expanding { rest.popLast().flatMap { $0.isEmpty ? nil : $0 } }
        }
    }

    /// The export of one job out of several that follow one another, as in a segment of an archive.
    ///
    /// - Parameter job: The job; nil for a source that holds one export.
    /// - Returns: The source of that export alone.
    public func selecting(_ job: JobID?) -> ExportSource {
        var source = self
        source.job = job
        return source
    }

    /// Hands out the lines, without the bytes that end them, and reads a few hundred KiB ahead.
    ///
    /// - Throws: `StoreError` when the bytes cannot be read, `ExportFault` for a line that is longer than any of an export;
    ///   what `body` throws.
    public func readLines(_ body: ([UInt8]) throws -> Void) throws {
        guard let job else {
            return try ExportSource.readLines(of: open()) {
                try body($0)
                return true
            }
        }
        var isInside = false
        try ExportSource.readLines(of: open()) { line in
            if ExportHeader.begins(line) { isInside = ExportHeader.job(in: line) == job }
            guard isInside else { return true }
            try body(line)
            return !ExportEnd.begins(line)
        }
        guard isInside else { throw ExportFault(line: 1, reason: "job \(job) is not in the file") }
    }

    /// Hands out the lines of bytes that come in pieces, as long as `body` wants more.
    static func readLines(of next: Bytes, _ body: ([UInt8]) throws -> Bool) throws {
        var (line, number): ([UInt8], Int64) = ([], 1)
        do {
            while let bytes = try next() {
                var rest = bytes[...]
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    line += rest[..<end]
                    guard try body(line) else { return }
                    line.removeAll(keepingCapacity: true)
                    number += 1
                    rest = rest[(end + 1)...]
                }
                line += rest
                guard line.count <= ExportSource.longestLine else {
                    throw ExportFault(line: number, reason: "it is too long; this is no export of Holdfast")
                }
            }
        } catch let fault as GzipFault {
            throw ExportFault(line: number, reason: fault.reason)
        }
        // Each line ends with one; a rest is what a cut left.
        if !line.isEmpty { _ = try body(line) }
    }

    /// The longest line in bytes: that of an event, whose value may be as large as the limit of a log allows.
    private static let longestLine = 64 << 20

}

/// A file that is being read.
final class ExportFile {
    private let descriptor: Int32
    private let path: String

    init(_ path: String) throws(StoreError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ExportFile.failure(path, errno) }
    }

    deinit { close(descriptor) }

    func next() throws(StoreError) -> [UInt8]? {
        while true {
            var (count, code): (Int, Int32) = (0, 0)
            let bytes = [UInt8](unsafeUninitializedCapacity: 256 << 10) { buffer, used in
                count = read(descriptor, buffer.baseAddress, buffer.count)
                code = errno
                used = max(0, count)
            }
            if count >= 0 { return bytes.isEmpty ? nil : bytes }
            guard code == EINTR else { throw ExportFile.failure(path, code) }
        }
    }

    private static func failure(_ path: String, _ code: Int32) -> StoreError {
        StoreError(
            .unavailable, operation: "read an export",
            reason: "\(path) cannot be read: \(String(cString: strerror(code)))")
    }
}
