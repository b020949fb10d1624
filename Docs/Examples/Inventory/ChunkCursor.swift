/// States how far an inventory has come: the whole of what must be recorded to go on after a crash.
///
/// It stays small however large the tree is: one path and a few numbers.
package struct ChunkCursor: Codable, Hashable, Sendable {
    /// Holds the last file dealt with, relative to the root; nil at the beginning.
    package var after: BytePath?
    /// Counts the files dealt with, readable or not: what a progress bar compares with
    /// `TreeCount.files`.
    package var visited = 0
    /// Counts the files in the manifest.
    package var files = 0
    /// Counts the bytes that were hashed.
    package var bytes: Int64 = 0
    /// Counts the files and directories that are missing from the manifest, each reported as a
    /// warning.
    package var errors = 0
    /// Counts the directories that were read, including the root.
    package var directories = 0
    /// Counts the bytes of the manifest that are on disk and valid.
    package var manifestBytes: Int64 = 0
    /// Tells whether the walk came to the end of the tree, so that no chunk follows.
    package var isComplete = false

    /// Creates the cursor of an inventory that has not begun.
    package init() {}
}
