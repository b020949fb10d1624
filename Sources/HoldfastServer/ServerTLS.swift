import HummingbirdCore
import HummingbirdHTTP2
import NIOCore

/// With what a server proves who it is; connections are encrypted then, and speak HTTP/2 or HTTP/1.1 as the client likes.
public struct ServerTLS: Hashable, Sendable {
    /// A PEM file with the server's certificate first, and behind it those that vouch for it.
    public var certificateFile: String
    /// A PEM file with the private key of the first certificate, without a password.
    public var keyFile: String

    /// Names the files.
    ///
    /// They are read when the server is made; newer ones need a restart.
    public init(certificateFile: String, keyFile: String) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }
}

/// What `ServerTLS` means to the server.
struct TLSMaterial: Sendable {
    private let tls: TLSConfiguration

    /// Reads the files and checks that they belong together.
    ///
    /// - Throws: `ServerStartError.certificate`, `.privateKey`, `.keyMismatch`.
    init(_ files: ServerTLS) throws(ServerStartError) {
        tls = .makeServerConfiguration(
            certificateChain: try Self.chain(in: files.certificateFile).map { .certificate($0) },
            privateKey: .privateKey(try Self.key(in: files.keyFile)))
        do {
            _ = try HTTP2UpgradeChannel(tlsConfiguration: tls) { _, _, _ in }
        } catch {
            throw .keyMismatch(certificate: files.certificateFile, key: files.keyFile)
        }
    }

    /// How connections are set up: the protocol is agreed upon in the handshake (ALPN).
    func server(_ configuration: JobServerConfiguration) throws -> HTTPServerBuilder {
        try .http2Upgrade(
            tlsConfiguration: tls,
            configuration: HTTP2UpgradeChannel.Configuration(
                idleTimeout: configuration.idleTimeout, gracefulCloseTimeout: configuration.shutdownLimit,
                streamConfiguration: .init(idleTimeout: TimeAmount(configuration.idleTimeout))))
    }

    private static func chain(in file: String) throws(ServerStartError) -> [NIOSSLCertificate] {
        try check(file) { .certificate(file: file, reason: $0) }
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(file)
        } catch {
            throw .certificate(file: file, reason: "it holds no certificate in the form of PEM")
        }
        guard !chain.isEmpty else {
            throw .certificate(file: file, reason: "it holds no certificate in the form of PEM")
        }
        return chain
    }

    private static func key(in file: String) throws(ServerStartError) -> NIOSSLPrivateKey {
        try check(file) { .privateKey(file: file, reason: $0) }
        do {
            return try NIOSSLPrivateKey(file: file, format: .pem)
        } catch {
            throw .privateKey(
                file: file, reason: "it holds no private key in the form of PEM without a password")
        }
    }
}
