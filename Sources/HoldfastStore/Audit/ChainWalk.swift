package import HoldfastCore

/// Goes along a log from its first event to its last and checks that each stands where it was written, as it was written.
///
/// It is pure: rows and pruned stretches are handed to it in their order. It remembers the last hash, and for each job the
/// version of its last event.
package struct ChainWalk {
    /// One row of the log as it is stored, lent for a call.
    package struct Row {
        package let columns: SealedColumns<UnsafeBufferPointer<UInt8>>
        package let data: UnsafeRawBufferPointer
        package let salt: UnsafeRawBufferPointer
        package let dataHash: SHA256Sum?
        package let hash: SHA256Sum?

        /// Puts a row together.
        package init(
            columns: SealedColumns<UnsafeBufferPointer<UInt8>>, data: UnsafeRawBufferPointer,
            salt: UnsafeRawBufferPointer, dataHash: SHA256Sum?, hash: SHA256Sum?
        ) {
            self.columns = columns
            self.data = data
            self.salt = salt
            self.dataHash = dataHash
            self.hash = hash
        }
    }

    private static let pruned = Array(EventKind.enginePruned.rawValue.utf8)
    private static let redacted = Array(EventKind.engineRedacted.rawValue.utf8)

    /// What was found so far.
    package private(set) var report = AuditReport()
    /// An end of the log that somebody kept elsewhere; nil where there is none.
    private let anchor: LogHead?
    private var previous = LogHead.beginning
    private var versions: [JobID: Int64] = [:]
    private var ranges: Ranges
    /// What the engine.pruned events say, by position.
    private var told: [EventLogPosition: RangeSeal] = [:]
    private var partlyPruned: Set<JobID> = []
    private var redactions = Redactions()
    private var isAnchorMet = false

    /// Begins before the first event.
    ///
    /// - Parameters:
    ///   - anchor: An end of the log that somebody kept elsewhere.
    ///   - partlyPruned: Jobs of which only some events are left.
    ///   - ranges: Gives the next pruned stretch, in order; nil behind the last.
    package init(
        anchor: LogHead? = nil, partlyPruned: Set<JobID> = [],
        ranges: @escaping () throws(StoreError) -> SealedRange?
    ) {
        self.anchor = anchor
        self.partlyPruned = partlyPruned
        self.ranges = Ranges(next: ranges)
    }

    /// Checks the next event.
    package mutating func take(_ row: Row) throws(StoreError) {
        let position = EventLogPosition(row.columns.position)
        report.events += 1
        try cross(to: position)
        checkData(row, at: position)
        checkVersion(row, at: position)
        if let dataHash = row.dataHash, let hash = row.hash {
            let expected = row.columns.hash(dataHash: dataHash, after: previous.hash)
            if hash != expected {
                report.note(
                    .chain, at: position,
                    "the event at \(position) does not follow from the one before it: one of the two was changed, put in, taken out or moved"
                )
            }
            previous = LogHead(position: position, hash: hash)
        } else {
            report.note(.chain, at: position, "the event at \(position) has no hash of 32 bytes")
            previous = LogHead(position: position, hash: .zero)
        }
        if Self.pruned.withUnsafeBufferPointer(row.columns.kind.hasBytes) {
            noteTelling(row, at: position)
        } else if Self.redacted.withUnsafeBufferPointer(row.columns.kind.hasBytes) {
            noteRedaction(row, at: position)
        }
        meetAnchor()
    }

    /// Ends the walk.
    ///
    /// - Parameter lastUsed: The greatest position that was ever given, by what the store keeps of it.
    /// - Returns: What was found.
    /// - Throws: What reading the pruned stretches throws.
    package mutating func finish(lastUsed: EventLogPosition) throws(StoreError) -> AuditReport {
        if lastUsed > previous.position { try cross(to: lastUsed.next) }
        if lastUsed < previous.position {
            report.note(
                .chain, at: previous.position,
                "the log ends at \(previous.position), but the last position that was given is \(lastUsed)")
        }
        while let range = try ranges.take() {
            report.note(
                .pruning, at: range.event,
                "the pruned stretch at \(range.range.first) lies behind the end of the log")
        }
        for (position, seal) in told.sorted(by: { $0.key < $1.key }) where ranges.sums[position]?.seal != seal
        {
            report.note(
                .pruning, at: position,
                "the pruned stretches are not those that the event at \(position) recorded: pruned_ranges was changed"
            )
        }
        for position in ranges.sums.keys.sorted() where told[position] == nil {
            report.note(
                .pruning, at: position,
                "pruned stretches name \(position) as their event, which is no engine.pruned event")
        }
        redactions.check(into: &report)
        if let anchor, !isAnchorMet {
            report.note(
                .head, at: anchor.position,
                anchor.position > previous.position
                    ? "the end of the log was cut off: it ended at \(anchor.position) when the head was kept, and ends at \(previous.position) now"
                    : "the event at \(anchor.position) is not the one of the head that was kept: the log was written anew"
            )
        }
        report.head = previous
        report.prunedRanges = ranges.count
        return report
    }

    /// Goes over a hole in the positions, which has to be one that pruning left.
    private mutating func cross(to position: EventLogPosition) throws(StoreError) {
        while previous.position.next < position {
            let hole = previous.position.next
            guard let range = try ranges.take(beginningAt: hole), range.range.last < position else {
                let end = EventLogPosition(position.value - 1)
                report.note(
                    .chain, at: hole,
                    hole == end
                        ? "the event at \(hole) is missing and was not pruned"
                        : "the events from \(hole) to \(end) are missing and were not pruned")
                // What comes next is compared with what it says itself.
                previous = LogHead(position: end, hash: previous.hash)
                return
            }
            previous = LogHead(position: range.range.last, hash: range.range.lastHash)
            meetAnchor()
        }
        while let range = try ranges.peek(), range.range.first <= position {
            _ = try ranges.take()
            report.note(
                .pruning, at: range.event,
                "the stretch from \(range.range.first) to \(range.range.last) is told to be pruned and is not"
            )
        }
    }

    private mutating func checkData(_ row: Row, at position: EventLogPosition) {
        if row.salt.isEmpty, row.data.elementsEqual(EventCodec.redacted.text.utf8), let job = row.columns.job
        {
            return redactions.note(job, at: position)
        }
        var stream = SHA256Stream()
        stream.update(row.salt)
        stream.update(row.data)
        guard let dataHash = row.dataHash, stream.sum() == dataHash else {
            report.note(.data, at: position, "the values of the event at \(position) were changed")
            return
        }
    }

    private mutating func checkVersion(_ row: Row, at position: EventLogPosition) {
        guard let text = row.columns.job else { return }
        guard let job = JobID(utf8: text), let version = row.columns.version else {
            report.note(.versions, at: position, "the event at \(position) names no job and version")
            return
        }
        let last = versions.updateValue(version, forKey: job)
        let isLater = last == nil && partlyPruned.contains(job)
        guard version == (last ?? 0) + 1 || isLater else {
            report.note(
                .versions, at: position,
                "the event at \(position) is number \(version) of job \(job), and number \((last ?? 0) + 1) is missing"
            )
            return
        }
    }

    private mutating func noteTelling(_ row: Row, at position: EventLogPosition) {
        let data = JSONText(unchecked: String(decoding: row.data, as: UTF8.self))
        let event = try? EventCodec.decode(
            kind: EventKind.enginePruned.rawValue, schemaVersion: Int(row.columns.schemaVersion), data: data)
        guard case .engine(.pruned(let pruned)) = event else {
            report.note(.pruning, at: position, "the event at \(position) cannot be read")
            return
        }
        told[position] = pruned.ranges
        redactions.note(pruned.jobs)
    }

    private mutating func noteRedaction(_ row: Row, at position: EventLogPosition) {
        let data = JSONText(unchecked: String(decoding: row.data, as: UTF8.self))
        let event = try? EventCodec.decode(
            kind: EventKind.engineRedacted.rawValue, schemaVersion: Int(row.columns.schemaVersion), data: data
        )
        guard case .engine(.redacted(let redaction)) = event else {
            report.note(.redaction, at: position, "the event at \(position) cannot be read")
            return
        }
        redactions.told[redaction.state.id] = redaction
    }

    private mutating func meetAnchor() {
        if previous == anchor { isAnchorMet = true }
    }
}

/// The pruned stretches as the walk meets them.
private struct Ranges {
    let next: () throws(StoreError) -> SealedRange?
    private var upcoming: SealedRange?
    private var hasLooked = false
    private(set) var count: Int64 = 0
    private(set) var sums: [EventLogPosition: RangeSum] = [:]

    init(next: @escaping () throws(StoreError) -> SealedRange?) { self.next = next }

    mutating func peek() throws(StoreError) -> SealedRange? {
        if !hasLooked {
            upcoming = try next()
            hasLooked = true
        }
        return upcoming
    }

    mutating func take() throws(StoreError) -> SealedRange? {
        guard let range = try peek() else { return nil }
        hasLooked = false
        count += 1
        sums[range.event, default: RangeSum()].add(range.range)
        return range
    }

    mutating func take(beginningAt position: EventLogPosition) throws(StoreError) -> SealedRange? {
        guard let range = try peek(), range.range.first == position else { return nil }
        return try take()
    }
}
