/// Tells what a chunk does while it does it, for logs and a progress bar.
///
/// Notices come in the order of the walk, on the thread that runs the chunk. A chunk that is
/// repeated after a crash gives its notices again.
package enum InventoryNotice: Hashable, Sendable {
    /// The pass entered a directory.
    case entered(DirectoryNotice)
    /// A file was hashed; its line reaches the manifest at the end of the chunk.
    case hashed(ManifestEntry)
    /// A file or directory could not be read and is missing from the manifest.
    case skipped(InventoryWarning)
}
