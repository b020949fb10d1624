#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Holds the regular files and the directories of one directory, sorted by the bytes of their
/// names.
///
/// All names lie in one buffer, so that a directory of a million entries costs some 40 MB rather
/// than a heap object for each name.
struct DirectoryListing: Sendable {
    struct Entry: Sendable {
        let start: Int
        let length: Int32
        let isDirectory: Bool
    }

    private(set) var entries: [Entry] = []
    private var names: [UInt8] = []
    /// Holds the error that ended the listing early; the entries read until then are kept, as
    /// `find` keeps them.
    private(set) var fault: SystemFault?

    /// Reads a directory whole.
    ///
    /// - Parameters:
    ///   - directory: An open directory; it stays open.
    ///   - lowest: Names up to and including this one are left out; nil keeps all.
    ///   - excluded: Names to leave out.
    /// - Returns: The listing; its `fault` says whether it ended early.
    /// - Throws: `SystemFault` when the directory cannot be read at all.
    static func read(
        _ directory: Descriptor, after lowest: [UInt8]?, excluding excluded: Set<[UInt8]>
    ) throws(SystemFault) -> DirectoryListing {
        // closedir() closes what fdopendir() took, and the walk still needs its descriptor.
        let copy = try withoutInterrupts { fcntl(directory.number, F_DUPFD_CLOEXEC, 0) }
        guard let stream = fdopendir(copy) else {
            let fault = SystemFault(code: errno)
            close(copy)
            throw fault
        }
        defer { closedir(stream) }
        var listing = DirectoryListing()
        while true {
            errno = 0
            guard let record = readdir(stream) else {
                let code = errno
                if code != 0 { listing.fault = SystemFault(code: code) }
                break
            }
            listing.take(record, in: directory, after: lowest, excluding: excluded)
        }
        listing.sort()
        return listing
    }

    /// Returns the name of an entry of this listing.
    func name(of entry: Entry) -> [UInt8] {
        Array(names[entry.start..<entry.start + Int(entry.length)])
    }

    /// Tells whether `left` comes before `right` in the order of the walk: by unsigned bytes, a
    /// prefix first.
    static func precedes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        let shared = min(left.count, right.count)
        // Neither is empty: a name has at least one byte.
        guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else {
            return left.count < right.count
        }
        let order = memcmp(leftStart, rightStart, shared)
        return order == 0 ? left.count < right.count : order < 0
    }

    private mutating func take(
        _ record: UnsafeMutablePointer<dirent>, in directory: Descriptor, after lowest: [UInt8]?,
        excluding excluded: Set<[UInt8]>
    ) {
        // The record is as long as its name: reading a whole `dirent` would read past its end.
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name),
            let typeOffset = MemoryLayout<dirent>.offset(of: \.d_type)
        else { return }
        let start = UnsafeRawPointer(record) + offset
        let length = strlen(start.assumingMemoryBound(to: CChar.self))
        let bytes = UnsafeRawBufferPointer(start: start, count: length)
        if length == 0 || bytes.elementsEqual(".".utf8) || bytes.elementsEqual("..".utf8) { return }
        if let lowest, !lowest.withUnsafeBytes({ Self.precedes($0, bytes) }) { return }
        if !excluded.isEmpty, excluded.contains(Array(bytes)) { return }

        let type = UnsafeRawPointer(record).load(fromByteOffset: typeOffset, as: UInt8.self)
        guard let isDirectory = Self.isDirectory(type: type, name: bytes, in: directory) else { return }
        entries.append(Entry(start: names.count, length: Int32(length), isDirectory: isDirectory))
        names.append(contentsOf: bytes)
    }

    /// Returns whether the entry is a directory, or nil when the walk skips what it is.
    private static func isDirectory(
        type: UInt8, name: UnsafeRawBufferPointer, in directory: Descriptor
    ) -> Bool? {
        if type == UInt8(DT_REG) { return false }
        if type == UInt8(DT_DIR) { return true }
        // Some file systems leave the type out of their directories.
        if type != UInt8(DT_UNKNOWN) { return nil }
        do {
            switch try directory.attributes(of: Array(name)).kind {
            case .regular: return false
            case .directory: return true
            case .other: return nil
            }
        } catch {
            // Kept as a file: opening it meets the same error, and reports it with the path.
            return false
        }
    }

    private mutating func sort() {
        names.withUnsafeBytes { names in
            entries.sort { left, right in
                Self.precedes(
                    UnsafeRawBufferPointer(rebasing: names[left.start..<left.start + Int(left.length)]),
                    UnsafeRawBufferPointer(rebasing: names[right.start..<right.start + Int(right.length)]))
            }
        }
    }
}
