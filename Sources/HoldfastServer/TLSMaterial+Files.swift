#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

extension TLSMaterial {
    /// Says why a file cannot be read, which the library that reads it does not.
    ///
    /// - Throws: What `refusal` makes of the reason.
    static func check(
        _ file: String, _ refusal: (String) -> ServerStartError
    ) throws(ServerStartError) {
        guard access(file, R_OK) != 0 else { return }
        switch errno {
        case ENOENT, ENOTDIR: throw refusal("there is no such file")
        case EACCES: throw refusal("this user may not read it")
        case let code: throw refusal(String(cString: strerror(code)))
        }
    }
}
