#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Says why one file or directory is missing from the manifest, while the pass goes on.
package struct InventoryWarning: Hashable, Sendable {
    /// Names what was being done.
    package enum Operation: String, Sendable {
        /// Reading the entries of a directory; everything below it is missing from the manifest.
        case list
        /// Opening a file.
        case open
        /// Reading a file that was opened.
        case read
    }

    /// Sorts the causes by what a person would do about them.
    package enum Reason: String, Sendable {
        /// The path no longer exists; a later inventory will not miss it.
        case vanished
        /// The process has no right to read it.
        case notPermitted
        /// It was a file or directory when it was listed, and is something else now.
        case changedKind
        /// Anything else: a device error, a file that would block, a stale network mount.
        case unreadable
    }

    /// Names what was being done when it failed.
    package let operation: Operation
    /// Holds the path as `find` would print it.
    package let path: BytePath
    /// Says what kind of failure it was.
    package let reason: Reason
    /// Holds the error number, or 0 when no system call failed and the file merely changed its
    /// kind.
    package let code: Int32

    init(_ operation: Operation, _ path: BytePath, _ fault: SystemFault) {
        self.operation = operation
        self.path = path
        self.code = fault.code
        switch fault.code {
        case ENOENT: reason = .vanished
        case EACCES, EPERM: reason = .notPermitted
        // A link or a file where a directory was; a link where a file was; a socket; a device
        // without a driver.
        case ENOTDIR, ELOOP, ENXIO, ENODEV: reason = .changedKind
        default: reason = .unreadable
        }
    }

    /// Creates the warning for a path that was a regular file when it was listed.
    init(changedKindOf path: BytePath) {
        self.operation = .open
        self.path = path
        self.reason = .changedKind
        self.code = 0
    }
}

extension InventoryWarning: CustomStringConvertible {
    /// Returns one line: what was tried, the path with control characters escaped, and the system's
    /// reason.
    package var description: String {
        let cause = code == 0 ? "It is no longer a regular file" : SystemFault(code: code).text
        return "cannot \(operation.rawValue) \(path): \(cause)"
    }
}
