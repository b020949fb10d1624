import CryptoExtras
import HoldfastAPI
import HoldfastCore
import HoldfastServer
import Testing

@Suite("Saying who one is", .timeLimit(.minutes(1)))
struct CredentialTests {
    /// What is sent, and a part of the sentence with which it is refused.
    struct Attempt: Sendable, CustomTestStringConvertible {
        let name: String
        let header: String?
        let says: String
        var testDescription: String { name }
    }

    private static func attempts() async throws -> [Attempt] {
        let forge = try TokenForge()
        let now = ManualTime.seconds
        let good = TokenForge.Claims(exp: now + 60)
        func bearer(_ name: String, _ token: String, _ says: String) -> Attempt {
            Attempt(name: name, header: "Bearer \(token)", says: says)
        }
        let signed = try await forge.hs256(good)
        let unsigned = #"{"sub":"ana","exp":99999999999,"roles":["admin"]}"#
        return [
            Attempt(name: "nothing", header: nil, says: "say who you are"),
            Attempt(name: "another scheme", header: "Basic YW5hOmFuYQ==", says: "should be \"Bearer\""),
            Attempt(name: "no token", header: "Bearer", says: "should be \"Bearer\""),
            bearer("nonsense", "x", "no API key and no JSON Web Token"),
            bearer("an unknown key", "hfk_AAAA", "none of this server's"),
            bearer("the beginning of a key", String(Guest.ana.key.dropLast()), "none of this server's"),
            bearer("two keys", "\(Guest.ana.key), \(Guest.adam.key)", "none of this server's"),
            bearer(
                "an expired token", try await forge.hs256(.init(exp: now - 31)), "has expired"),
            bearer(
                "a token of tomorrow", try await forge.hs256(.init(exp: now + 90, nbf: now + 31)),
                "not valid yet"),
            bearer("a token without an end", try await forge.hs256(.init()), "not signed with a key"),
            bearer(
                "another secret", try await forge.hs256(good, secret: String(repeating: "x", count: 32)),
                "not signed with a key"),
            bearer("another RSA key", try await TokenForge().rs256(good), "not signed with a key"),
            bearer("another elliptic key", try await TokenForge().es256(good), "not signed with a key"),
            bearer("an unknown kid", try await forge.rs256(good, kid: "nobody"), "not signed with a key"),
            bearer("the key of another algorithm", try await forge.es256(good, kid: "r"), "not signed"),
            bearer("a cut signature", String(signed.dropLast(3)), "not signed with a key"),
            bearer("a changed payload", swapPayload(of: signed, by: unsigned), "not signed with a key"),
            bearer("alg none", TokenForge.token(#"{"alg":"none"}"#, unsigned), "not signed with a key"),
            bearer("alg NONE", TokenForge.token(#"{"alg":"NONE"}"#, unsigned), "not signed with a key"),
            bearer("no alg", TokenForge.token(#"{"typ":"JWT"}"#, unsigned), "no JSON Web Token that is read"),
            bearer(
                "HS384 with the right secret", TokenForge.signed(#"{"alg":"HS384"}"#, unsigned),
                "not signed with a key"),
            bearer(
                "HS256 under the name RS256", TokenForge.signed(#"{"alg":"RS256"}"#, unsigned), "not signed"),
            bearer(
                "HS256 signed with the RSA public key as PEM",
                TokenForge.signed(
                    #"{"alg":"HS256"}"#, unsigned, secret: forge.rsa.publicKey.pemRepresentation),
                "not signed with a key"),
            bearer(
                "HS256 signed with the key set",
                TokenForge.signed(
                    #"{"alg":"HS256","kid":"r"}"#, unsigned, secret: try forge.keySet()),
                "not signed with a key"),
            bearer(
                "what must be understood", TokenForge.signed(#"{"alg":"HS256","crit":["b64"]}"#, unsigned),
                "no JSON Web Token that is read"),
            bearer(
                "a subject with a line end", try await forge.hs256(.init(sub: "ana\r\nX: y", exp: now + 60)),
                "\"sub\" is no name"),
            bearer("an empty subject", try await forge.hs256(.init(sub: "", exp: now + 60)), "no name"),
        ]
    }

    @Test func `what is not believed is refused with 401, before anything is done`() async throws {
        let forge = try TokenForge()
        try await TestServer.runGuarded({ configuration in
            configuration.authentication = try Guest.authentication(
                keySet: WebKeySet(json: forge.keySet()))
        }) { server in
            let job = try await server.enqueue(of: .ana)
            let head = try await server.head()
            for attempt in try await CredentialTests.attempts() {
                let headers = attempt.header.map { ["Authorization": $0] } ?? [:]
                for path in ["/v1/jobs", "/v1/jobs/\(job)/stream", "/v1/jobs/\(job)/cancel"] {
                    let method = path.hasSuffix("cancel") ? "POST" : "GET"
                    let answer = try await server.ask(method, path, headers: headers)
                    #expect(answer.status == 401, "\(attempt.name)")
                    let problem = try answer.problem()
                    #expect(problem.kind == .unauthenticated)
                    #expect(problem.detail.contains(attempt.says), "\(attempt.name): \(problem.detail)")
                    let challenge = answer.headers["www-authenticate"] ?? ""
                    #expect(challenge.hasPrefix(#"Bearer realm="holdfast""#))
                    #expect(challenge.contains("invalid_token") == (attempt.header != nil))
                }
            }
            #expect(try await server.head() == head)
        }
    }

    @Test func `keys and tokens of every sort let in, and their roles count`() async throws {
        let forge = try TokenForge()
        let now = ManualTime.seconds
        try await TestServer.runGuarded({ configuration in
            configuration.authentication = try Guest.authentication(
                keySet: WebKeySet(json: forge.keySet()))
        }) { server in
            let job = try await server.enqueue(of: .bob)
            let viewer = TokenForge.Claims(exp: now + 60, roles: ["viewer", "billing"])
            let late = TokenForge.Claims(exp: now - 29, nbf: now + 29, roles: ["viewer"])
            let tokens = [
                try await forge.hs256(viewer), try await forge.rs256(viewer), try await forge.es256(viewer),
                try await forge.hs256(late), Guest.vera.key,
            ]
            for token in tokens {
                for scheme in ["Bearer", "bearer"] {
                    let answer = try await server.send(
                        "GET", "/v1/jobs/\(job)", headers: ["Authorization": "\(scheme) \(token)"])
                    #expect(answer.status == 200)
                }
            }
            let plain = try await forge.es256(.init(exp: now + 60))
            let answer = try await server.send(
                "GET", "/v1/jobs/\(job)", headers: ["Authorization": "Bearer \(plain)"])
            #expect(answer.status == 404)
        }
    }

    @Test func `a token is for an issuer and an audience where these are named`() async throws {
        let forge = try TokenForge()
        let end = ManualTime.seconds + 60
        try await TestServer.runGuarded({ configuration in
            configuration.authentication?.issuer = "https://id.example"
            configuration.authentication?.audience = "holdfast"
        }) { server in
            let attempts: [(TokenForge.Claims, Int)] = [
                (.init(exp: end), 401), (.init(exp: end, iss: "https://id.example"), 401),
                (.init(exp: end, iss: "https://id.example", aud: ["other"]), 401),
                (.init(exp: end, iss: "https://evil.example", aud: ["holdfast"]), 401),
                (.init(exp: end, iss: "https://id.example", aud: ["other", "holdfast"]), 200),
            ]
            for (claims, status) in attempts {
                let token = try await forge.hs256(claims)
                let answer = try await server.send(
                    "GET", "/v1/jobs", headers: ["Authorization": "Bearer \(token)"])
                #expect(answer.status == status, "\(claims)")
            }
        }
    }

    @Test func `a good cookie does not mend a bad token`() async throws {
        try await TestServer.runGuarded { server in
            let cookie = try await server.cookie(of: .adam)
            let answer = try await server.send(
                "GET", "/v1/jobs", headers: ["Authorization": "Bearer x", "Cookie": cookie])
            #expect(answer.status == 401)
        }
    }

    @Test func `health is for everybody`() async throws {
        try await TestServer.runGuarded { server in
            for path in ["/healthz", "/readyz"] {
                let answer = try await server.send("GET", path)
                #expect(answer.status == 200)
            }
        }
    }

    private static func swapPayload(of token: String, by payload: String) -> String {
        let parts = token.split(separator: ".")
        let other = TokenForge.token("{}", payload).split(separator: ".")
        return "\(parts[0]).\(other[1]).\(parts[2])"
    }
}
