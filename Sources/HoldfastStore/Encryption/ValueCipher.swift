import Crypto
package import HoldfastCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Encrypts the values of a job, so that nobody reads them without its key.
///
/// An encrypted value is a JSON object with one field, `encrypted`, whose text is the version of the form, the job whose key it
/// was, and in base64 the nonce, the bytes and the tag of AES-256 in Galois/counter mode, with colons between. The job is
/// authenticated with the bytes.
package enum ValueCipher {
    /// The field of an encrypted value.
    private static let field: StaticString = "encrypted"
    private static let version = "v1"

    /// Encrypts a value.
    package static func encrypt(
        _ value: JSONText, for job: JobID, with key: EncryptionKey
    ) throws(EncryptionFault) -> JSONText {
        let sealed = try? AES.GCM.seal(
            Data(value.text.utf8), using: key.symmetric, authenticating: Data(job.description.utf8))
        guard let bytes = sealed?.combined else { throw .damaged(job) }
        return JSONWriter.object { writer in
            writer.field(Self.field, "\(version):\(job):\(bytes.base64EncodedString())")
        }
    }

    /// The job whose key an encrypted value needs; nil for a value that is not encrypted.
    package static func keyOwner(of value: JSONText) -> JobID? { parts(of: value)?.job }

    /// Decrypts a value.
    ///
    /// - Throws: `EncryptionFault.damaged` when it is not what was encrypted with this key.
    package static func decrypt(
        _ value: JSONText, of job: JobID, with key: EncryptionKey
    ) throws(EncryptionFault) -> JSONText {
        guard let bytes = parts(of: value)?.bytes, let box = try? AES.GCM.SealedBox(combined: bytes),
            let data = try? AES.GCM.open(
                box, using: key.symmetric, authenticating: Data(job.description.utf8)),
            let text = String(validating: data, as: UTF8.self)
        else { throw .damaged(job) }
        return JSONText(unchecked: text)
    }

    private static func parts(of value: JSONText) -> (job: JobID, bytes: Data)? {
        guard value.text.hasPrefix(#"{"\#(field)":"\#(version):"#), let fields = try? JSONFields(value),
            let text = try? fields.string("\(field)")
        else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let job = JobID(String(parts[1])),
            let bytes = Data(base64Encoded: String(parts[2]))
        else { return nil }
        return (job, bytes)
    }
}
