public import HoldfastCore
import JWTKit

/// Reads and writes JSON Web Tokens (RFC 7519).
public enum WebToken {
    /// Signs a token with HS256.
    ///
    /// - Parameters:
    ///   - subject: Whom it names.
    ///   - roles: What its bearer may do.
    ///   - issued: The moment from which it is good.
    ///   - lifetime: How long it is good.
    ///   - secret: What servers verify it with.
    /// - Returns: The text that the bearer sends.
    /// - Throws: What the signing throws.
    public static func sign(
        subject: Owner, roles: Set<CallerRole>, from issued: Timestamp, for lifetime: Duration,
        with secret: Secret
    ) async throws -> String {
        let claims = WebClaims(
            sub: subject.rawValue, exp: (issued + lifetime).secondsSince1970.rounded(.down),
            nbf: issued.secondsSince1970.rounded(.down),
            roles: roles.map(\.rawValue).sorted())
        return try await WebKey(secret).collection().sign(claims)
    }

    /// Reads the algorithm and the key's name that a token claims.
    ///
    /// Nothing of it is believed: it only chooses the keys to try, and a key is for one algorithm.
    ///
    /// - Throws: `AccessFault.invalidCredential`.
    fileprivate static func choice(
        in token: String
    ) throws(AccessFault) -> (algorithm: String, id: String?) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        do {
            guard parts.count == 3, let bytes = URLSafeText.bytes(of: parts[0]) else {
                throw WebTokenFault.form
            }
            let header = try JSONFields(JSONText(validating: String(decoding: bytes, as: UTF8.self)))
            // What must be understood and is not: RFC 7515, section 4.1.11.
            guard header.raw("crit") == nil else { throw WebTokenFault.form }
            return (try header.required("alg", header.string("alg")), try header.string("kid"))
        } catch {
            throw .invalidCredential("the credential is no API key and no JSON Web Token that is read here")
        }
    }
}

extension Authentication {
    /// Reads a token and checks its signature, its times, its issuer and whom it is meant for.
    ///
    /// - Throws: `AccessFault.invalidCredential`.
    func caller(of token: String, at now: Timestamp) async throws(AccessFault) -> Caller {
        let choice = try WebToken.choice(in: token)
        let known = (secret.map { [WebKey($0)] } ?? []) + (keySet?.keys ?? [])
        let keys = known.filter { key in
            key.algorithm == choice.algorithm && (choice.id == nil || key.id == nil || key.id == choice.id)
        }
        for key in keys {
            let claims: WebClaims
            do {
                claims = try await key.collection().verify(token, as: WebClaims.self)
            } catch {
                continue
            }
            return try caller(claiming: claims, at: now)
        }
        throw .invalidCredential("the token is not signed with a key of this server")
    }

    private func caller(claiming claims: WebClaims, at now: Timestamp) throws(AccessFault) -> Caller {
        let (seconds, skew) = (now.secondsSince1970, clockSkew.seconds)
        guard seconds < claims.exp + skew else { throw .invalidCredential("the token has expired") }
        if let begin = claims.nbf, seconds + skew < begin {
            throw .invalidCredential("the token is not valid yet")
        }
        if let issuer, claims.iss != issuer { throw .invalidCredential("the token is of another issuer") }
        if let audience, claims.aud?.value.contains(audience) != true {
            throw .invalidCredential("the token is meant for somebody else")
        }
        guard let subject = Owner(rawValue: claims.sub) else {
            throw .invalidCredential("\"sub\" is no name: \(TextIdentifierRules.explanation)")
        }
        // Roles that mean something elsewhere mean nothing here.
        let roles = Set((claims.roles ?? []).compactMap(CallerRole.init(rawValue:)))
        var caller = Caller(subject: subject, roles: roles, via: .jwt)
        caller.until = Timestamp(microseconds: Int64(clamping: claims.exp * 1_000_000))
        return caller
    }
}

/// What a token says.
private struct WebClaims: JWTPayload {
    var sub: String
    var exp: Double
    var nbf: Double?
    var iss: String?
    var aud: AudienceClaim?
    var roles: [String]?

    /// Nothing here: times are checked against the clock of the server, which is handed in.
    func verify(using algorithm: some JWTAlgorithm) {}
}

private enum WebTokenFault: Error {
    case form
}

extension Timestamp {
    fileprivate var secondsSince1970: Double { Double(microseconds) / 1_000_000 }
}

extension Duration {
    fileprivate var seconds: Double { Double(microsecondsRoundedUp) / 1_000_000 }
}

extension Int64 {
    /// The whole part of a number, or the nearest one that there is.
    fileprivate init(clamping value: Double) {
        self = value < -0x1p62 ? -(1 << 62) : value > 0x1p62 ? 1 << 62 : Int64(value)
    }
}
