#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// States one file's path, size and hash: one line of the manifest.
package struct ManifestEntry: Hashable, Sendable {
    /// Holds the path as `find` prints it.
    package let path: BytePath
    /// Counts the bytes that were hashed.
    package let size: Int64
    /// Holds the 32 bytes of the SHA-256.
    package let sha256: [UInt8]

    /// Returns the hash in lower-case hexadecimal, as `sha256sum` prints it.
    package var hexadecimal: String {
        String(decoding: Self.hexadecimal(sha256), as: UTF8.self)
    }

    /// Returns the line with its newline: `{"path":"...","size":1,"sha256":"..."}`.
    ///
    /// A path that is not UTF-8 is written as `path_base64` instead of `path`. The same entry
    /// always gives the same bytes, because a repeated chunk must give the same manifest.
    var line: [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(path.bytes.count + 128)
        if path.text == nil {
            line += Array(#"{"path_base64":""#.utf8)
            line += Array(Data(path.bytes).base64EncodedString().utf8)
        } else {
            line += Array(#"{"path":""#.utf8)
            for byte in path.bytes { Self.escape(byte, into: &line) }
        }
        line += Array(#"","size":\#(size),"sha256":""#.utf8)
        line += Self.hexadecimal(sha256)
        line += Array("\"}\n".utf8)
        return line
    }

    static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { [digit($0 >> 4), digit($0 & 15)] }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// Writes one byte of a JSON string; the bytes of longer UTF-8 sequences stand for themselves.
    private static func escape(_ byte: UInt8, into line: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            line += [UInt8(ascii: "\\"), byte]
        case UInt8(ascii: "\n"):
            line += Array("\\n".utf8)
        case UInt8(ascii: "\t"):
            line += Array("\\t".utf8)
        case 0..<0x20, 0x7f:
            line += Array("\\u00".utf8) + [digit(byte >> 4), digit(byte & 15)]
        default:
            line.append(byte)
        }
    }
}
