#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How many files and connections this process may have open at once.
///
/// The limit that a shell gives is often 1,024, for the sake of programs that use `select`; a server needs one for each
/// stream and uses none of that. The most that the process may give itself is the administrator's choice.
enum OpenFileLimit {
    /// Raises the limit as far as the process may.
    ///
    /// - Returns: The limit as it is then.
    @discardableResult
    static func raise() -> Int {
        var limit = rlimit()
        #if canImport(Glibc)
            let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let files = RLIMIT_NOFILE
        #endif
        guard getrlimit(files, &limit) == 0 else { return 0 }
        let given = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        // Where it cannot be raised, what was given stays; streams beyond it are refused by the system.
        return Int(clamping: setrlimit(files, &limit) == 0 ? limit.rlim_cur : given)
    }
}
