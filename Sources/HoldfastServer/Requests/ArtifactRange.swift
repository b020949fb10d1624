import HoldfastCore

/// What a `Range` header asks for of a number of bytes.
enum ArtifactRange: Hashable {
    /// Everything: the header is none that this server knows, or names several parts, and may be passed over.
    case all
    /// These bytes, at least one.
    case part(Range<Int64>)
    /// Nothing that is there.
    case outside

    /// Reads `bytes=from-to`, `bytes=from-` or `bytes=-last`.
    init(_ text: String, bytes: Int64) {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else {
            self = .all
            return
        }
        let bounds = parts[1].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map {
            $0.trimmingPrefix { $0 == " " }
        }
        guard bounds.count == 2, bounds.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else {
            self = .all
            return
        }
        // More digits than a number holds are more bytes than there are.
        let (first, last) = (bounds[0], bounds[1])
        let end = Int64(last) ?? .max
        switch (first.isEmpty, last.isEmpty) {
        case (true, true): self = .all
        case (true, false):
            self = end == 0 || bytes == 0 ? .outside : .part(max(0, bytes - min(end, bytes))..<bytes)
        case (false, _):
            let start = Int64(first) ?? .max
            if !last.isEmpty, end < start {
                self = .all
            } else if start >= bytes {
                self = .outside
            } else {
                self = .part(start..<(last.isEmpty ? bytes : min(bytes, end == .max ? .max : end + 1)))
            }
        }
    }

    /// Tells whether a list of `If-None-Match` holds a tag, weak or not.
    static func isListed(_ tag: String, in list: String) -> Bool {
        list.split(separator: ",").contains { entry in
            let entry = entry.drop { $0 == " " }
            let known = entry.reversed().drop { $0 == " " }.reversed()
            return String(known) == "*" || String(known) == tag || String(known) == "W/" + tag
        }
    }

    /// Lets a browser save the bytes under the last part of a name.
    static func disposition(of name: ArtifactName) -> String {
        let file = name.lastPart
        let isPlain = file.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") }
        if isPlain, !file.utf8.contains(UInt8(ascii: "%")) { return "attachment; filename=\"\(file)\"" }
        return "attachment; filename*=UTF-8''\(PercentEncoding.encoded(file))"
    }
}
