import Crypto
import CryptoExtras
import JWTKit

@testable import HoldfastServer

/// Makes tokens of every sort, the false ones as well.
struct TokenForge {
    /// What a token says.
    struct Claims: JWTPayload {
        var sub = "ana"
        var exp: Double?
        var nbf: Double?
        var iss: String?
        var aud: [String]?
        var roles: [String]?

        func verify(using algorithm: some JWTAlgorithm) {}
    }

    let rsa: _RSA.Signing.PrivateKey
    let elliptic = ES256PrivateKey()

    init() throws { rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    /// The set with both public keys.
    func keySet() throws -> String {
        let primitives = try rsa.publicKey.getKeyPrimitives()
        let (n, e) = (
            URLSafeText.text(of: Array(primitives.modulus)),
            URLSafeText.text(of: Array(primitives.publicExponent))
        )
        guard let point = elliptic.publicKey.parameters else { throw ForgeFault.noPoint }
        return """
            {"keys": [
              {"kty": "OKP", "crv": "Ed25519", "x": "AAAA", "kid": "other"},
              {"kty": "RSA", "use": "enc", "n": "AQAB", "e": "AQAB", "kid": "for encryption"},
              {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "r", "n": "\(n)", "e": "\(e)"},
              {"kty": "EC", "crv": "P-256", "kid": "e", "x": "\(plain(point.x))", "y": "\(plain(point.y))"}
            ]}
            """
    }

    /// Signs with HS256.
    func hs256(_ claims: Claims, secret: String = Guest.secret) async throws -> String {
        try await JWTKeyCollection().add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256).sign(claims)
    }

    /// Signs with RS256.
    func rs256(_ claims: Claims, kid: String = "r") async throws -> String {
        let key = try Insecure.RSA.PrivateKey(backing: rsa)
        return try await JWTKeyCollection().add(rsa: key, digestAlgorithm: .sha256)
            .sign(claims, header: ["kid": .string(kid)])
    }

    /// Signs with ES256.
    func es256(_ claims: Claims, kid: String = "e") async throws -> String {
        try await JWTKeyCollection().add(ecdsa: elliptic).sign(claims, header: ["kid": .string(kid)])
    }

    /// A token whose head and signature are chosen freely.
    static func token(_ header: String, _ claims: String, signature: [UInt8] = []) -> String {
        [Array(header.utf8), Array(claims.utf8), signature].map(URLSafeText.text).joined(separator: ".")
    }

    /// Signs a head and claims with HS256 whatever they say.
    static func signed(_ header: String, _ claims: String, secret: String = Guest.secret) -> String {
        let content = token(header, claims).dropLast()
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(content.utf8), using: SymmetricKey(data: Array(secret.utf8)))
        return content + "." + URLSafeText.text(of: Array(code))
    }

    private func plain(_ base64: String) -> String {
        String(base64.compactMap { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 == "=" ? nil : $0 })
    }
}

enum ForgeFault: Error {
    case noPoint
}
