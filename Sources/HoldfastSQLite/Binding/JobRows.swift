import HoldfastCore
import HoldfastStore

/// Turns states into the JSON of the column `detail` and back.
///
/// It is the JSON of `JobStateCodec` without the version. Most events of a running job change nothing but its
/// version; with the version kept apart they cost no write of the job's row.
enum JobRows {
    private static let key = Array("\"version\":".utf8)

    /// The state as JSON, without its version.
    static func encode(_ state: JobState) -> String {
        var text = JobStateCodec.encode(state).text
        let withoutVersion: String? = text.withUTF8 { bytes in
            // The codec writes the version near the beginning, before anything that a user wrote.
            guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: key) }),
                let comma = bytes[start...].firstIndex(of: UInt8(ascii: ","))
            else { return nil }
            return String(unsafeUninitializedCapacity: bytes.count) { buffer in
                let end = buffer.update(fromContentsOf: bytes[..<start])
                return buffer[end...].update(fromContentsOf: bytes[(comma + 1)...])
            }
        }
        return withoutVersion ?? text
    }

    /// The state of a column, with the version that it has.
    ///
    /// - Throws: `StoreError` with the code `corrupt` when the text is no state.
    static func decode(_ detail: String, version: Int64, _ row: Statement) throws(StoreError) -> JobState {
        do {
            return try JobStateCodec.decode(
                JSONText(unchecked: detail.dropLast() + ",\"version\":\(version)}"))
        } catch {
            throw row.damaged("the state of a job cannot be read: \(error)")
        }
    }
}

extension JobState {
    /// Tells whether the rows of two states of one running job are the same.
    func hasSameRow(as other: JobState) -> Bool {
        priority == other.priority && life == other.life && attempt == other.attempt
            && firstAttemptOfLife == other.firstAttemptOfLife && crashes == other.crashes
            && recordedSteps == other.recordedSteps && stepFailures == other.stepFailures
            && startedAt == other.startedAt && phase == other.phase
            && phasePosition == other.phasePosition && progress == other.progress
            && waits == other.waits && costs == other.costs
            && lastFailure == other.lastFailure && id == other.id && origin == other.origin
    }

    /// Where the run began that is going on; nil while nobody runs the job.
    var runPosition: EventLogPosition? {
        guard case .running(let running) = phase else { return nil }
        return running.token.position
    }
}
