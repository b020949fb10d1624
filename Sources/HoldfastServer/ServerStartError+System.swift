import NIOCore

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

extension ServerStartError {
    /// What a failed system call says about the address; nil when it is something else.
    init?(_ error: IOError, _ configuration: JobServerConfiguration) {
        switch error.errnoCode {
        case EADDRINUSE: self = .taken(host: configuration.host, port: configuration.port)
        case EACCES, EPERM: self = .notPermitted(host: configuration.host, port: configuration.port)
        case EADDRNOTAVAIL: self = .noSuchAddress(host: configuration.host)
        default: return nil
        }
    }
}
