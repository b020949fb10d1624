/// Names one thing that a walk came upon.
package enum TreeVisit: Sendable {
    /// A directory was opened and listed; its entries follow. Given once per directory, also over
    /// several walks that each start behind the file where the one before ended.
    case directory(DirectoryNotice)
    /// A regular file, as far as its directory told.
    case file(TreeFile)
    /// A directory, or the rest of one, could not be read.
    case skipped(InventoryWarning)
}

/// Names a regular file by its directory, so that no symbolic link put into its path later can lead
/// elsewhere.
package struct TreeFile: Sendable {
    /// Holds the path below the root, from which a walk can go on.
    package let relative: BytePath
    /// Holds the path as `find` prints it.
    package let path: BytePath
    let directory: Descriptor
    let name: [UInt8]

    /// Names a file by its path alone, for use outside a walk; symbolic links are followed but in
    /// the last place.
    ///
    /// - Throws: `SystemFault` when its directory cannot be opened.
    init(at path: String) throws(SystemFault) {
        let (directory, name) = OutputLocation.split(path)
        self.relative = BytePath(name)
        self.path = BytePath(path)
        self.directory = try Descriptor.directory(at: directory)
        self.name = Array(name.utf8)
    }

    init(relative: BytePath, path: BytePath, directory: Descriptor, name: [UInt8]) {
        self.relative = relative
        self.path = path
        self.directory = directory
        self.name = name
    }
}

/// Tells what a directory holds, given when the pass enters it.
package struct DirectoryNotice: Hashable, Sendable {
    /// Holds the directory's path as `find` prints it.
    package let path: BytePath
    /// Counts the regular files directly inside, without the output file.
    package let files: Int
    /// Counts the directories directly inside.
    package let directories: Int
}

/// Names the place of the output file, so that a walk can pass it over before and after it exists.
///
/// The directory is known by its identity, so the output is recognised under every path that leads
/// to it.
package struct OutputLocation: Sendable {
    let directory: FileIdentity
    let name: [UInt8]

    /// Finds the place of an output path; the file need not exist, its directory must.
    ///
    /// - Throws: `outputDirectoryMissing`, `outputIsDirectory`, `outputNotWritable` and others of
    ///   the output.
    package init(of path: String) throws(InventoryError) {
        let (directory, name) = Self.split(path)
        if name.isEmpty { throw .outputIsDirectory(path) }
        self.name = Array(name.utf8)
        do {
            self.directory = try Descriptor.directory(at: directory).attributes().identity
        } catch {
            throw .output(path, error)
        }
    }

    /// Splits a path behind its last slash, into something that can be opened and a name.
    static func split(_ path: String) -> (directory: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
        return (String(path[...slash]), String(path[path.utf8.index(after: slash)...]))
    }
}
