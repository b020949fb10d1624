import Testing

@testable import HoldfastCLI

#if canImport(Glibc)
    import Glibc

    @Suite("The limit of open files")
    struct OpenFileLimitTests {
        @Test func `a server takes what the process may have`() {
            let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
            var limit = rlimit()
            getrlimit(files, &limit)
            var low = limit
            low.rlim_cur = min(limit.rlim_max, 2_000)
            setrlimit(files, &low)
            defer { setrlimit(files, &limit) }
            #expect(OpenFileLimit.raise() == Int(clamping: limit.rlim_max))
            var raised = rlimit()
            getrlimit(files, &raised)
            #expect(raised.rlim_cur == limit.rlim_max)
        }
    }
#endif
