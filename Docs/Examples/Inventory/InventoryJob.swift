package import HoldfastCore
import HoldfastEngine

/// Asks for a manifest of a directory tree: the input of jobs of kind `inventory`.
///
/// Relative paths are relative to the working directory of the worker's process, so programs that enqueue for
/// another
/// process should name absolute ones.
package struct InventoryJob: Job, Hashable {
    package typealias Output = InventorySummary

    package static let kind: JobKind = "inventory"

    /// Holds the directory to walk.
    package let path: String
    /// Holds the path of the manifest; an older manifest there is replaced, any other file refused.
    package let output: String

    /// Describes an inventory.
    package init(path: String, output: String) {
        self.path = path
        self.output = output
    }
}
