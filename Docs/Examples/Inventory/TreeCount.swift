/// Counts the files of a tree, for the total of a progress bar.
///
/// It follows the same rules as the pass that hashes, but the tree may change between the two.
package struct TreeCount: Codable, Hashable, Sendable {
    /// Counts the regular files, including those that may turn out to be unreadable.
    package private(set) var files = 0
    /// Counts their bytes, as the file system states them.
    package private(set) var bytes: Int64 = 0
    /// Counts the directories that could be read, including the root.
    package private(set) var directories = 0

    /// Walks the tree to its end; what cannot be read is left out without a word, for the pass will
    /// report it.
    ///
    /// - Throws: `InventoryError` as `TreeWalker` does, and whatever `checkCancellation` throws; it
    ///   is called for each file and directory.
    package init(_ walker: consuming TreeWalker, checkCancellation: () throws -> Void) throws {
        while let visit = try walker.next() {
            try checkCancellation()
            switch visit {
            case .directory:
                directories += 1
            case .file(let file):
                count(file)
            case .skipped:
                break
            }
        }
    }

    private mutating func count(_ file: TreeFile) {
        do throws(SystemFault) {
            let attributes = try file.directory.attributes(of: file.name)
            guard attributes.kind == .regular else { return }
            files += 1
            bytes += attributes.size
        } catch {
            // It vanished, or its directory may be listed but not entered. The pass will try it, so
            // it is in the total; of its size nothing is known.
            files += 1
        }
    }
}
