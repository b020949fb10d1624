import HoldfastAPI
import HoldfastCore
import HoldfastStore
import Hummingbird

extension Request {
    /// The client's name for the request, from `Idempotency-Key`; nil when each counts.
    ///
    /// - Throws: `RequestFault.invalidHeader` when it is no name.
    func idempotencyKey() throws(RequestFault) -> RequestKey? {
        guard let text = headers[named: "Idempotency-Key"] else { return nil }
        guard let id = RequestKey(rawValue: text) else {
            throw .invalidHeader("Idempotency-Key", expected: "a name (\(TextIdentifierRules.explanation))")
        }
        return id
    }

    /// By what the request is known when it is sent again: its key, its path and its body, byte for byte.
    ///
    /// - Throws: `RequestFault.invalidHeader` when the key is no name.
    func mark(of body: some Sequence<UInt8>) throws(RequestFault) -> RequestMark? {
        guard let id = try idempotencyKey() else { return nil }
        return RequestMark(id: id, content: Array(uri.path.utf8) + [0] + Array(body))
    }
}
