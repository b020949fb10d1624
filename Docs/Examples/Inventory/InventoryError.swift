#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Says why an inventory cannot go on.
///
/// What concerns one file only is an `InventoryWarning` instead.
package enum InventoryError: Error, Hashable, Sendable {
    /// A path of the input is empty or contains a NUL.
    case invalidPath(String)
    /// The cursor was not made by an inventory of this directory.
    case invalidCursor(BytePath)
    /// The directory to walk does not exist.
    case rootMissing(String)
    /// The path to walk is something else than a directory.
    case rootNotDirectory(String)
    /// The directory to walk cannot be opened or listed; the number is the error of the system
    /// call.
    case rootUnreadable(String, code: Int32)
    /// The directory that shall hold the output does not exist.
    case outputDirectoryMissing(String)
    /// The output path is a directory.
    case outputIsDirectory(String)
    /// There is a file at the output that no inventory wrote; replacing it could destroy anything.
    case outputNotManifest(String)
    /// The output path is a symbolic link, a FIFO, a socket or a device.
    case outputNotRegularFile(String)
    /// The output may not be written: no permission, or a read-only file system.
    case outputNotWritable(String, code: Int32)
    /// Another process is writing to the output at this moment.
    case outputInUse(String)
    /// The disk or the quota is full. What was written beyond the cursor is cut off by the next
    /// chunk.
    case diskFull(String)
    /// The manifest is not as long as the cursor says: somebody replaced, cut or extended it.
    case manifestChanged(String, recorded: Int64, found: Int64)
    /// A summary was asked for before the last chunk.
    case incomplete
    /// The process or the machine ran out of descriptors or memory.
    case outOfResources(code: Int32)
    /// Another system call failed on the output.
    case outputFailed(String, code: Int32)

    /// Tells whether the same chunk may succeed later without anybody changing the input.
    package var isRetryable: Bool {
        switch self {
        case .diskFull, .outputInUse, .outOfResources, .outputFailed: true
        case .invalidPath, .invalidCursor, .rootMissing, .rootNotDirectory, .rootUnreadable,
            .outputDirectoryMissing, .outputIsDirectory, .outputNotManifest, .outputNotRegularFile,
            .outputNotWritable,
            .manifestChanged, .incomplete:
            false
        }
    }

    /// Translates a failure on the directory to walk.
    static func root(_ path: String, _ fault: SystemFault) -> InventoryError {
        switch fault.code {
        case ENOENT: .rootMissing(path)
        case ENOTDIR: .rootNotDirectory(path)
        case _ where fault.isShortage: .outOfResources(code: fault.code)
        default: .rootUnreadable(path, code: fault.code)
        }
    }

    /// Translates a failure on the output file.
    static func output(_ path: String, _ fault: SystemFault) -> InventoryError {
        switch fault.code {
        case ENOENT, ENOTDIR: .outputDirectoryMissing(path)
        case EISDIR: .outputIsDirectory(path)
        // A symbolic link under O_NOFOLLOW; a FIFO nobody reads, or a socket.
        case ELOOP, ENXIO, ENODEV: .outputNotRegularFile(path)
        case EACCES, EPERM, EROFS: .outputNotWritable(path, code: fault.code)
        case ENOSPC, EDQUOT: .diskFull(path)
        case EWOULDBLOCK: .outputInUse(path)
        case _ where fault.isShortage: .outOfResources(code: fault.code)
        default: .outputFailed(path, code: fault.code)
        }
    }
}

extension InventoryError: CustomStringConvertible {
    /// Returns one sentence that names the path and the way out, where there is one.
    package var description: String {
        switch self {
        case .invalidPath(let path): "The path \(BytePath(path)) is empty or contains a NUL byte."
        case .invalidCursor(let path): "The cursor \(path) does not belong to an inventory."
        case .rootMissing(let path): "The directory \(BytePath(path)) does not exist."
        case .rootNotDirectory(let path): "\(BytePath(path)) is not a directory."
        case .rootUnreadable(let path, let code):
            "The directory \(BytePath(path)) cannot be read: \(SystemFault(code: code).text)."
        case .outputDirectoryMissing(let path):
            "The directory for the output \(BytePath(path)) does not exist."
        case .outputIsDirectory(let path): "The output \(BytePath(path)) is a directory; name a file."
        case .outputNotManifest(let path):
            "The output \(BytePath(path)) is a file that no inventory wrote: name another one, or move it away."
        case .outputNotRegularFile(let path):
            "The output \(BytePath(path)) is not a regular file; links, pipes and devices are refused."
        case .outputNotWritable(let path, let code):
            "The output \(BytePath(path)) cannot be written: \(SystemFault(code: code).text)."
        case .outputInUse(let path): "The output \(BytePath(path)) is being written by another process."
        case .diskFull(let path): "The disk is full: the output \(BytePath(path)) cannot grow."
        case .manifestChanged(let path, let recorded, let found):
            "The manifest \(BytePath(path)) has \(found) bytes where the job wrote \(recorded): "
                + "something else changed it, so start the inventory anew."
        case .incomplete: "The inventory has not reached its last chunk."
        case .outOfResources(let code): "The system ran short: \(SystemFault(code: code).text)."
        case .outputFailed(let path, let code):
            "Writing the output \(BytePath(path)) failed: \(SystemFault(code: code).text)."
        }
    }
}
