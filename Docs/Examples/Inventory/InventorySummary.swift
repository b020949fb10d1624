/// Sums up a complete inventory.
package struct InventorySummary: Codable, Hashable, Sendable {
    /// Counts the files in the manifest.
    package let files: Int
    /// Counts the bytes of those files.
    package let bytes: Int64
    /// Counts the files and directories that could not be read.
    package let unreadable: Int
    /// Counts the directories that were read, including the root.
    package let directories: Int
    /// Holds the path of the manifest as the input named it.
    package let manifest: String
    /// Holds the SHA-256 of the manifest in lower-case hexadecimal.
    package let manifestSHA256: String
}
