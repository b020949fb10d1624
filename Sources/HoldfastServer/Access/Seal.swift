import Crypto
import HoldfastCore

/// Signs what the server hands out and takes back, so that it has to remember none of it: sessions and stream tokens.
struct Seal: Sendable {
    /// What a sealed text is for; one that is for something else is not accepted.
    enum Purpose: String, Sendable {
        case session = "hfs_"
        case stream = "hft_"
    }

    private let key: SymmetricKey

    init(_ secret: Secret) { key = SymmetricKey(data: secret.bytes) }

    /// Makes a text that holds the value for everybody to read, and a signature.
    func text(of value: JSONText, for purpose: Purpose) -> String {
        let content = purpose.rawValue + URLSafeText.text(of: Array(value.text.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array(content.utf8), using: key)
        return content + "." + URLSafeText.text(of: Array(code))
    }

    /// Gives back the value; nil when this server never made the text for this purpose.
    func value(in text: String, for purpose: Purpose) -> JSONFields? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.hasPrefix(purpose.rawValue), parts.count == 2,
            let code = URLSafeText.bytes(of: parts[1]),
            HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: Array(parts[0].utf8), using: key),
            let content = URLSafeText.bytes(of: parts[0].dropFirst(purpose.rawValue.count))
        else { return nil }
        // What was signed here is whole; a text that is not can be none of ours.
        return try? JSONFields(JSONText(validating: String(decoding: content, as: UTF8.self)))
    }
}

extension JSONWriter {
    /// Writes who a caller is, into a text that is signed.
    mutating func caller(_ caller: Caller) {
        field("sub", caller.subject)
        field("roles", caller.roles.map(\.rawValue).sorted())
    }
}

extension Caller {
    /// Reads who a caller is from a text that was signed here; nil when it is not there.
    init?(signed fields: JSONFields, via: Credential) {
        do {
            subject = try fields.required("sub", fields.name("sub"))
            roles = Set((try fields.strings("roles") ?? []).compactMap(CallerRole.init(rawValue:)))
            until = try fields.timestamp("exp")
        } catch {
            return nil
        }
        self.via = via
    }
}
