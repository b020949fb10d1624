/// A store that can be rid of every trace of what was deleted.
public protocol ScrubbedStorage: StorageBackend {
    /// Writes everything anew, so that nothing is left in any of the store's files of what was deleted, pruned or redacted.
    ///
    /// Others read meanwhile; whoever writes waits, about a second for each 80 MB on a usual disk, and the store needs up to
    /// twice its size of free space. Copies of the files that were made before are not touched.
    ///
    /// - Returns: False when a reader stood in the way of the last part, which cuts what was written before: it has to be
    ///   done again.
    /// - Throws: `StoreError`, `busy` when somebody else does not stop writing; nothing has changed then.
    func scrub() throws(StoreError) -> Bool
}
