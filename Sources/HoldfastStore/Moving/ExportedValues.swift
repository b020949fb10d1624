package import HoldfastCore

/// Puts the large values of an export together of their pieces.
package struct ExportedValues {
    private var bytes: [UInt8] = []

    /// Begins before the first piece.
    package init() {}

    /// Takes the next piece.
    ///
    /// - Parameter piece: A piece as a reader gave it; those of artifacts are passed over.
    /// - Returns: The value that ends with it; nil when there is more to come.
    package mutating func take(_ piece: ExportedContent) -> JSONText? {
        guard piece.kind == .payload else { return nil }
        bytes += piece.bytes
        guard piece.isLast else { return nil }
        defer { bytes = [] }
        return JSONText(unchecked: String(decoding: bytes, as: UTF8.self))
    }
}
