#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A failure of the store itself.
///
/// Nothing of the command that met it was written.
///
/// `description` is safe to log: codes and places, never payloads or bound values.
public struct StoreError: Error, Sendable {
    /// What kind of failure it is.
    public enum Code: String, Hashable, Sendable {
        /// Another process holds the write lock for longer than the store waits.
        case busy
        /// The disk or the quota is full.
        case full
        /// The file, its folder or the file system cannot be written.
        case readOnly
        /// The file cannot be opened or read now.
        case unavailable
        /// The file is damaged, or is no database.
        case corrupt
        /// The file was written by a newer version of Holdfast.
        case schemaTooNew
        /// A value is above the limit for payloads.
        case payloadTooLarge
        /// The store was closed.
        case closed
        /// A rule of the schema was broken: a mistake in the program.
        case constraint
    }

    /// What kind of failure it is.
    public let code: Code
    /// What was being done, such as `commit`.
    public let operation: String
    /// What the layer below said, without values.
    public let reason: String
    /// Where it was noticed.
    public let file: String
    /// Where it was noticed.
    public let line: Int

    /// Describes a failure.
    public init(
        _ code: Code, operation: String, reason: String, file: String = #fileID, line: Int = #line
    ) {
        self.code = code
        self.operation = operation
        self.reason = reason
        self.file = file
        self.line = line
    }

    /// Tells whether the same call may succeed later without anything being mended.
    public var isRetryable: Bool {
        switch code {
        case .busy, .full, .unavailable: true
        case .readOnly, .corrupt, .schemaTooNew, .payloadTooLarge, .closed, .constraint: false
        }
    }
}

extension StoreError.Code {
    /// The kind of failure that an `errno` of the file system stands for.
    package init(systemError: Int32) {
        self =
            switch systemError {
            case ENOSPC, EDQUOT, EFBIG: .full
            case EROFS, EACCES, EPERM: .readOnly
            default: .unavailable
            }
    }
}

extension StoreError: CustomStringConvertible, CustomDebugStringConvertible {
    /// What failed and why, such as `commit failed (full): database or disk is full`.
    public var description: String { "\(operation) failed (\(code.rawValue)): \(reason)" }
    /// The same with the place in the program.
    public var debugDescription: String { "\(description) at \(file):\(line)" }
}
