#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Carries the error number of a system call that failed.
struct SystemFault: Error, Hashable {
    let code: Int32

    /// Returns the operating system's sentence for the error number.
    var text: String {
        String(cString: strerror(code))
    }

    /// Tells whether the process or the machine ran out of something, so that no file is to blame.
    ///
    /// A pass that took such a failure for an unreadable file would leave good files out of the
    /// manifest.
    var isShortage: Bool {
        code == EMFILE || code == ENFILE || code == ENOMEM
    }
}

/// Repeats a system call while signals interrupt it, and turns -1 into the error it stands for.
@discardableResult
func withoutInterrupts<Count: SignedInteger>(_ call: () -> Count) throws(SystemFault) -> Count {
    while true {
        let result = call()
        if result != -1 { return result }
        let code = errno
        if code != EINTR { throw SystemFault(code: code) }
    }
}
