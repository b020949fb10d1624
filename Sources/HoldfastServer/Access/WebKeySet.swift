import HoldfastCore
import JWTKit

/// The public keys that verify JSON Web Tokens: the keys for RS256 and ES256 of a JSON Web Key Set (RFC 7517).
///
/// Keys of other kinds, for other algorithms or for encryption are passed over.
public struct WebKeySet: Hashable, Sendable {
    /// The text that was read.
    public let json: String
    let keys: [WebKey]

    /// Reads a set.
    ///
    /// - Throws: `AuthenticationError` when it is none, or has no key that can be used.
    public init(json: String) throws(AuthenticationError) {
        self.json = json
        let set: JSONFields
        do {
            set = try JSONFields(JSONText(validating: json))
        } catch {
            throw .malformedKeySet("the text is \(error)")
        }
        guard let list = set.raw("keys").flatMap(JSONValues.elements) else {
            throw .malformedKeySet("it has no list \"keys\"")
        }
        var keys: [WebKey] = []
        for (index, element) in list.enumerated() {
            do {
                if let key = try WebKey(JSONFields(element)) { keys.append(key) }
            } catch {
                throw .malformedKeySet("its key number \(index + 1) cannot be read")
            }
        }
        guard !keys.isEmpty else { throw .noUsableKey }
        self.keys = keys
    }

    /// Compares the texts.
    public static func == (left: WebKeySet, right: WebKeySet) -> Bool { left.json == right.json }

    /// Feeds the text.
    public func hash(into hasher: inout Hasher) { hasher.combine(json) }
}

/// A key that verifies tokens of one algorithm and of no other.
struct WebKey: Sendable {
    enum Material: Sendable {
        case secret(Secret)
        case rsa(Insecure.RSA.PublicKey)
        case elliptic(ES256PublicKey)
    }

    /// The name by which a token chooses it; nil for any.
    let id: String?
    let material: Material

    /// A secret that both sides have.
    init(_ secret: Secret) {
        id = nil
        material = .secret(secret)
    }

    /// Reads a key of a set; nil when it is for something else.
    ///
    /// - Throws: What is wrong with it.
    init?(_ fields: JSONFields) throws {
        id = try fields.string("kid")
        if let use = try fields.string("use"), use != "sig" { return nil }
        let algorithm = try fields.string("alg")
        switch try fields.string("kty") {
        case "RSA" where algorithm == nil || algorithm == "RS256":
            let modulus = try fields.required("n", fields.string("n"))
            let exponent = try fields.required("e", fields.string("e"))
            material = .rsa(try Insecure.RSA.PublicKey(modulus: modulus, exponent: exponent))
        case "EC" where try fields.string("crv") == "P-256" && (algorithm ?? "ES256") == "ES256":
            let x = try fields.required("x", fields.string("x"))
            let y = try fields.required("y", fields.string("y"))
            material = .elliptic(try ES256PublicKey(parameters: (x, y)))
        default: return nil
        }
    }

    /// The one algorithm that the key is for.
    var algorithm: String {
        switch material {
        case .secret: "HS256"
        case .rsa: "RS256"
        case .elliptic: "ES256"
        }
    }

    /// What verifies with this key and nothing else.
    func collection() async -> JWTKeyCollection {
        switch material {
        case .secret(let secret):
            await JWTKeyCollection().add(hmac: HMACKey(from: secret.bytes), digestAlgorithm: .sha256)
        case .rsa(let key): await JWTKeyCollection().add(rsa: key, digestAlgorithm: .sha256)
        case .elliptic(let key): await JWTKeyCollection().add(ecdsa: key)
        }
    }
}
