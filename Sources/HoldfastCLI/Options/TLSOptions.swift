import ArgumentParser
import HoldfastServer

/// With what a server proves who it is.
struct TLSOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Encrypt connections: the server's certificate and those that vouch for it, as PEM.",
            valueName: "file"))
    var tlsCert: String?

    @Option(help: ArgumentHelp("The private key of the certificate, as PEM.", valueName: "file"))
    var tlsKey: String?

    func validate() throws {
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("give both --tls-cert and --tls-key, or neither")
        }
    }

    /// The files; nil for connections without encryption.
    var files: ServerTLS? {
        guard let tlsCert, let tlsKey else { return nil }
        return ServerTLS(certificateFile: tlsCert, keyFile: tlsKey)
    }
}
