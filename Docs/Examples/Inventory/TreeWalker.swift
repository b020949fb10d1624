/// Walks a directory tree in a fixed order and yields its regular files, as `find DIR -type f`
/// finds them.
///
/// Names are ordered by their bytes, directory by directory, and a directory's files come where its
/// name stands (so all of `a/` comes before `a-b`). A walk can start behind any path: it then opens
/// only the directories on the way to that path. Symbolic links below the root are not followed,
/// and what is neither file nor directory is skipped. A directory that cannot be read is reported
/// and passed over.
///
/// Memory is bounded by the entries of the directories on the current path, each as listed when the
/// walk came to it; a name that appears later in a directory already listed is not seen. At most
/// `descriptorLimit` directories stay open beside the root. A copy is an independent walk from the
/// same place.
package struct TreeWalker: Sendable {
    private struct Frame: Sendable {
        /// Holds nil while the frame lies too far above the current directory to be kept open.
        var descriptor: Descriptor?
        let name: [UInt8]
        /// Holds the path of the directory below the root, with a slash at its end; empty for the
        /// root.
        let prefix: [UInt8]
        let listing: DirectoryListing
        var next = 0

        mutating func advance() -> DirectoryListing.Entry? {
            guard next < listing.entries.count else { return nil }
            defer { next += 1 }
            return listing.entries[next]
        }
    }

    private let root: BytePath
    private let excluded: OutputLocation?
    private let descriptorLimit: Int
    private var frames: [Frame] = []
    /// Holds what was found on the way and not yet handed out; a few elements at most.
    private var pending: [TreeVisit] = []

    /// Opens the root and takes its place directly behind a path.
    ///
    /// - Parameters:
    ///   - root: The directory, absolute or relative to the working directory. A symbolic link is
    ///     followed here, and only here (`find -H`).
    ///   - after: The path of a file below the root, as an earlier walk gave it; it need not exist
    ///     any more. Nil starts at the beginning.
    ///   - excluded: A file to pass over.
    ///   - descriptorLimit: How many directories to keep open beside the root, at least 1.
    /// - Throws: `rootMissing`, `rootNotDirectory`, `rootUnreadable`, `invalidCursor`,
    ///   `outOfResources`.
    package init(
        root: String, after: BytePath? = nil, excluding excluded: OutputLocation? = nil,
        descriptorLimit: Int = 32
    ) throws(InventoryError) {
        self.root = BytePath(root)
        self.excluded = excluded
        self.descriptorLimit = max(1, descriptorLimit)
        let way = after?.components ?? []
        if let after, way.isEmpty || way.contains(where: { $0 == [0x2e] || $0 == [0x2e, 0x2e] }) {
            throw .invalidCursor(after)
        }
        do {
            let top = try Descriptor.directory(at: root)
            try push(top, name: [], after: way.first)
        } catch {
            throw .root(root, error)
        }
        if after == nil { announce(frames[0]) }
        try descend(way)
    }

    /// Returns the next visit, or nil at the end of the tree; nil again when called again.
    ///
    /// - Throws: `outOfResources`. The walk must then be started anew.
    package mutating func next() throws(InventoryError) -> TreeVisit? {
        while true {
            if !pending.isEmpty { return pending.removeFirst() }
            guard let top = frames.indices.last else { return nil }
            guard let entry = frames[top].advance() else {
                try leave()
                continue
            }
            let name = frames[top].listing.name(of: entry)
            if entry.isDirectory {
                if try enter(name, after: nil) { announce(frames[top + 1]) }
            } else if let directory = frames[top].descriptor {
                let relative = frames[top].prefix + name
                return .file(
                    TreeFile(
                        relative: BytePath(relative), path: root.appending(relative), directory: directory,
                        name: name))
            }
        }
    }
}

extension TreeWalker {
    /// Opens the directories on the way to a path and leaves out all that the order puts before it.
    private mutating func descend(_ way: [[UInt8]]) throws(InventoryError) {
        for (name, lowest) in zip(way.dropLast(), way.dropFirst()) {
            // A directory that is gone or closed to us holds nothing more to visit.
            guard try enter(name, after: lowest) else { return }
        }
    }

    /// Opens and lists a directory inside the current one; false when that failed and a warning is
    /// pending.
    private mutating func enter(_ name: [UInt8], after lowest: [UInt8]?) throws(InventoryError) -> Bool {
        guard let parent = frames.last, let descriptor = parent.descriptor else { return false }
        do {
            try push(try descriptor.directory(named: name), name: name, after: lowest)
            return true
        } catch {
            try report(error, at: parent.prefix + name)
            return false
        }
    }

    private mutating func push(_ directory: Descriptor, name: [UInt8], after lowest: [UInt8]?)
        throws(SystemFault)
    {
        var passedOver: Set<[UInt8]> = []
        if let excluded, try directory.attributes().identity == excluded.directory {
            passedOver.insert(excluded.name)
        }
        let listing = try DirectoryListing.read(directory, after: lowest, excluding: passedOver)
        let prefix = frames.last.map { $0.prefix + name + [UInt8(ascii: "/")] } ?? []
        frames.append(Frame(descriptor: directory, name: name, prefix: prefix, listing: listing))
        // The root stays open: every directory that was closed is found again from there.
        let distant = frames.count - 1 - descriptorLimit
        if distant > 0 { frames[distant].descriptor = nil }
        if let fault = listing.fault {
            pending.append(.skipped(InventoryWarning(.list, path(of: prefix), fault)))
        }
    }

    /// Goes back up, and opens the directory there again if it was closed for being too far away.
    private mutating func leave() throws(InventoryError) {
        frames.removeLast()
        guard let top = frames.indices.last, frames[top].descriptor == nil,
            frames[top].next < frames[top].listing.entries.count, var directory = frames[0].descriptor
        else { return }
        do {
            for frame in frames.dropFirst() { directory = try directory.directory(named: frame.name) }
            frames[top].descriptor = directory
        } catch {
            frames[top].next = frames[top].listing.entries.count
            try report(error, at: frames[top].prefix)
        }
    }

    private mutating func report(_ fault: SystemFault, at relative: [UInt8]) throws(InventoryError) {
        if fault.isShortage { throw .outOfResources(code: fault.code) }
        pending.append(.skipped(InventoryWarning(.list, path(of: relative), fault)))
    }

    /// Puts the directory before the warning about its own listing, if there is one.
    private mutating func announce(_ frame: Frame) {
        let directories = frame.listing.entries.count(where: \.isDirectory)
        let files = frame.listing.entries.count - directories
        let notice = DirectoryNotice(path: path(of: frame.prefix), files: files, directories: directories)
        pending.insert(.directory(notice), at: 0)
    }

    private func path(of relative: [UInt8]) -> BytePath {
        root.appending(relative.last == UInt8(ascii: "/") ? Array(relative.dropLast()) : relative)
    }
}
