/// Why a server cannot begin to listen.
///
/// Nothing was opened.
public enum ServerStartError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another program listens there.
    case taken(host: String, port: Int)
    /// The address can be reached from other machines, and nobody would have to say who they are.
    case unprotected(host: String)
    /// The operating system does not let this user listen there.
    case notPermitted(host: String, port: Int)
    /// The name does not exist, or the address is not one of this machine's.
    case noSuchAddress(host: String)
    /// The file with the certificates cannot be used.
    case certificate(file: String, reason: String)
    /// The file with the private key cannot be used.
    case privateKey(file: String, reason: String)
    /// The private key is not that of the first certificate.
    case keyMismatch(certificate: String, key: String)

    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .taken(let host, let port):
            "port \(port) on \(host) is taken: stop the other server or choose --port"
        case .unprotected(let host):
            "\(host) can be reached from other machines and no login is configured: "
                + "listen on 127.0.0.1, give --auth, or say --insecure if the network is trusted"
        case .notPermitted(let host, let port):
            "this user may not listen on port \(port) of \(host): choose --port above 1023"
        case .certificate(let file, let reason):
            "the certificate file \(file) cannot be used: \(reason)"
        case .privateKey(let file, let reason): "the key file \(file) cannot be used: \(reason)"
        case .keyMismatch(let certificate, let key):
            "the key in \(key) is not that of the first certificate in \(certificate): name the files that belong "
                + "together"
        case .noSuchAddress(let host): "\(host) is no address of this machine: choose another --host"
        }
    }
}
