import Crypto

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Hashes files with SHA-256, in pieces of 256 KiB through one buffer.
package struct FileHasher {
    /// Tells what became of one file.
    package enum Outcome: Hashable, Sendable {
        /// It was read to its end.
        case hashed(ManifestEntry)
        /// It could not be opened, or not be read to its end.
        case unreadable(InventoryWarning)
    }

    private static let pieceSize = 256 * 1024
    private var buffer = [UInt8](repeating: 0, count: pieceSize)

    /// Creates a hasher with its buffer.
    package init() {}

    /// Reads a file to its end.
    ///
    /// Never blocks on something that took the file's place (a FIFO, a link). The size in the
    /// result is the number of bytes that went into the hash, whatever the file's size was before
    /// or after.
    /// - Throws: `InventoryError.outOfResources`, and whatever `checkCancellation` throws; it is
    ///   called before each read.
    package mutating func hash(_ file: TreeFile, checkCancellation: () throws -> Void) throws -> Outcome {
        let descriptor: Descriptor
        do throws(SystemFault) {
            descriptor = try file.directory.file(named: file.name)
            guard try descriptor.attributes().kind == .regular else {
                return .unreadable(InventoryWarning(changedKindOf: file.path))
            }
        } catch {
            return try unreadable(file, .open, error)
        }
        var hash = SHA256()
        var size: Int64 = 0
        do {
            while let count = try feed(&hash, from: descriptor, checkCancellation) { size += Int64(count) }
        } catch let fault as SystemFault {
            return try unreadable(file, .read, fault)
        }
        return .hashed(ManifestEntry(path: file.path, size: size, sha256: Array(hash.finalize())))
    }

    /// Feeds the next piece to the hash and returns its size, or nil at the end of the file.
    private mutating func feed(
        _ hash: inout SHA256, from descriptor: Descriptor, _ checkCancellation: () throws -> Void
    ) throws -> Int? {
        try checkCancellation()
        return try buffer.withUnsafeMutableBytes { buffer in
            let count = try withoutInterrupts { read(descriptor.number, buffer.baseAddress, buffer.count) }
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            return count == 0 ? nil : count
        }
    }

    private func unreadable(
        _ file: TreeFile, _ operation: InventoryWarning.Operation, _ fault: SystemFault
    ) throws -> Outcome {
        if fault.isShortage { throw InventoryError.outOfResources(code: fault.code) }
        return .unreadable(InventoryWarning(operation, file.path, fault))
    }
}
