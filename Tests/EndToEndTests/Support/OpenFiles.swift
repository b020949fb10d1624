#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// How many files, and with them sockets, a process may have open.
enum OpenFiles {
    /// Lets this process and those that it starts have as many open as the system allows.
    ///
    /// - Returns: How many that is.
    @discardableResult
    static func allowAll() -> Int {
        var limit = rlimit()
        #if canImport(Darwin)
            let files = RLIMIT_NOFILE
        #else
            let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #endif
        guard getrlimit(files, &limit) == 0 else { return 0 }
        let before = limit.rlim_cur
        // More is of no use here, and macOS refuses what it does not keep.
        limit.rlim_cur = max(before, min(limit.rlim_max, 65_536))
        return Int(clamping: setrlimit(files, &limit) == 0 ? limit.rlim_cur : before)
    }
}
