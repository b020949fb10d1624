import HoldfastCore
import HoldfastStore

// What the audit reads of the archive.
extension SQLiteStore {
    /// Reads each segment that the log names, and compares it with what the log says of it and of the events in it.
    func auditArchive() throws(StoreError) -> AuditReport {
        let connection = try openForReading()
        return try connection.reading { () throws(StoreError) in
            var report = AuditReport()
            var events: [(position: EventLogPosition, event: EngineArchived)] = []
            let restored = try connection.readEngineEvents(.engineRestored).last?.position
            for event in try connection.readEngineEvents(.engineArchived) {
                guard case .engine(.archived(let segment)) = try? event.decoded().event else {
                    report.note(
                        .archive, at: event.position, "the event at \(event.position) cannot be read")
                    continue
                }
                events.append((event.position, segment))
            }
            let index = ArchiveIndex(events, restoredAt: restored ?? .beginning)
            for segment in index.segments {
                let recorded = segment.event
                guard let path = archiveFolder.path(of: recorded) else {
                    report.note(.archive, at: segment.position, archiveFolder.absence(of: recorded))
                    continue
                }
                report.segments += 1
                if let reason = connection.findFault(in: path, recorded: recorded) {
                    report.note(.archive, at: segment.position, "the segment \(recorded.file): \(reason)")
                }
            }
            for segment in index.replaced {
                guard let path = archiveFolder.remains(of: segment).first else { continue }
                report.note(
                    .archive,
                    "the segment \(segment.event.file) holds jobs that were redacted, and another one stands for it: "
                        + "delete \(path), or run `holdfast redact` once more, which does")
            }
            return report
        }
    }
}

extension Connection {
    /// What is wrong with a segment; nil when it is whole, and as it was when the log took it down.
    fileprivate func findFault(in path: String, recorded segment: EngineArchived) -> String? {
        do {
            var found: String?
            let content = try SegmentContent(reading: path) { sealed in
                if found == nil { found = try findFault(of: sealed) }
            }
            return content.isAsRecorded(segment)
                ? found : "it is another one than was written, or was changed"
        } catch let fault as ExportFault {
            return fault.description
        } catch {
            return "it cannot be read: \(error)"
        }
    }

    /// Compares an event of a segment with the log: it is there still, or in a stretch that was pruned and ends as it says.
    private func findFault(of sealed: SealedEvent) throws(StoreError) -> String? {
        let position = sealed.event.position
        let operation = "verify the archive"
        let range = try statement(
            #"SELECT last, last_hash FROM pruned_ranges WHERE first <= ?1 ORDER BY first DESC LIMIT 1"#,
            for: operation)
        defer { range.reset() }
        range.bind(position, at: 1)
        if try range.step(), range.position(0) >= position {
            guard range.position(0) == position, try range.sum(1) != sealed.seal.hash else { return nil }
            return "the event at \(position) is not the one that was pruned"
        }
        let event = try statement(#"SELECT hash FROM events WHERE position = ?1"#, for: operation)
        defer { event.reset() }
        event.bind(position, at: 1)
        guard try event.step(), try event.sum(0) == sealed.seal.hash else {
            return "the event at \(position) is not one of this log"
        }
        return nil
    }
}
