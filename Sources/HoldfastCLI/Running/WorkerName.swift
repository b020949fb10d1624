#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Names this process in the history of the jobs that it runs.
enum WorkerName {
    /// The name of the host and the number of the process, such as `build-3:4711`.
    ///
    /// It decides nothing.
    static func current() -> String {
        var bytes = [CChar](repeating: 0, count: 256)
        // The last byte stays zero, also when the name was cut.
        let isKnown = gethostname(&bytes, bytes.count - 1) == 0
        let name = String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return "\(isKnown && !name.isEmpty ? String(name.prefix(100)) : "host"):\(getpid())"
    }
}
