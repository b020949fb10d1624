import HoldfastCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Makes the lines of an export.
public struct ExportWriter: Sendable {
    /// What stands for the hash of an event that is not there any more.
    static let unknown = "pruned"

    private var sum = SHA256Stream()
    private var lines: Int64 = 0
    private var events: Int64 = 0
    private var contents: Int64 = 0
    private var last: SHA256Sum?

    /// Begins before the first line.
    public init() {}

    /// The header.
    public mutating func line(_ header: ExportHeader) -> [UInt8] {
        take { writer in
            writer.field("format", ExportHeader.format)
            writer.field("format_version", ExportHeader.version)
            writer.field("log", header.log)
            writer.field("job", header.job.description)
            writer.field("kind", header.kind)
            writer.field("events", header.events)
            writer.field("artifacts", header.hasArtifacts)
        }
    }

    /// The line of an event: its envelope, as every reader gets it, and behind that what proves it.
    ///
    /// - Parameters:
    ///   - sealed: The event.
    ///   - previous: The hash of the event before it in the log; nil where that is not known. It is written where the line
    ///     before is not that event.
    /// - Returns: The bytes of the line.
    public mutating func line(_ sealed: SealedEvent, after previous: SHA256Sum?) -> [UInt8] {
        let (event, seal) = (sealed.event, sealed.seal)
        let proof = JSONWriter.object { writer in
            writer.field("schema_version", event.schemaVersion)
            writer.field("salt", seal.salt.isEmpty ? .null : .string(Hexadecimal.text(of: seal.salt)))
            writer.field("data_hash", seal.dataHash.hexadecimal)
            writer.field("hash", seal.hash.hexadecimal)
            guard previous == nil || previous != last else { return }
            writer.field("previous", previous?.hexadecimal ?? ExportWriter.unknown)
        }
        events += 1
        last = seal.hash
        return take("\(event.envelope.text.dropLast()),\(proof.text.dropFirst())")
    }

    /// The line of a piece of a value or of an artifact.
    public mutating func line(_ content: ExportedContent) -> [UInt8] {
        if content.isLast { contents += 1 }
        return take { writer in
            switch content.kind {
            case .payload: writer.field("payload", content.sha256)
            case .blob: writer.field("blob", content.sha256)
            }
            writer.field("bytes", content.size)
            writer.field("start", content.start)
            writer.field("content", Data(content.bytes).base64EncodedString())
        }
    }

    /// The last line.
    public mutating func end() -> [UInt8] {
        let end = JSONWriter.object { writer in
            writer.field("lines", lines)
            writer.field("events", events)
            writer.field("contents", contents)
            writer.field("sha256", sum.sum().hexadecimal)
        }
        return take { $0.field("end", end) }
    }

    private mutating func take(_ object: (inout JSONWriter) -> Void) -> [UInt8] {
        take(JSONWriter.object(object).text)
    }

    private mutating func take(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8) + [UInt8(ascii: "\n")]
        bytes.withUnsafeBytes { sum.update($0) }
        lines += 1
        return bytes
    }
}
