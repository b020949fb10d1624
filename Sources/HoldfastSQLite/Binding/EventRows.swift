import HoldfastCore
import HoldfastStore

/// Turns rows of `events` into events.
///
/// The columns stand in the order of the table.
///
/// It remembers some actors, because most events have one of few.
final class EventRows {
    /// How many are remembered.
    private static let actorLimit = 8
    private var actors: [(text: [UInt8], actor: EventActor)] = []

    /// The column of the kind, which is looked at before the others are read.
    static let kindColumn: Int32 = 3
    /// The column of the data.
    static let dataColumn: Int32 = 8

    /// The event of the row that a statement stands on.
    ///
    /// - Throws: `StoreError` with the code `corrupt` when a column does not hold what it should.
    func event(_ row: Statement) throws(StoreError) -> StoredEvent {
        StoredEvent(
            position: row.position(0), job: row.isNull(1) ? nil : try row.job(1),
            version: row.optionalInteger(2),
            kind: row.text(3), schemaVersion: Int(row.integer(4)),
            at: Timestamp(microseconds: row.integer(5)),
            attempt: row.optionalInteger(6).map(Int.init), actor: try actor(row.textBytes(7), row),
            data: JSONText(unchecked: row.text(8)))
    }

    /// The event and its seal; the seal's columns follow those of the event.
    func sealedEvent(_ row: Statement) throws(StoreError) -> SealedEvent {
        SealedEvent(
            event: try event(row),
            seal: EventSeal(salt: Array(row.blob(9)), dataHash: try row.sum(10), hash: try row.sum(11)))
    }

    private func actor(
        _ text: UnsafeBufferPointer<UInt8>, _ row: Statement
    ) throws(StoreError) -> EventActor {
        for known in actors where known.text.withUnsafeBufferPointer(text.hasBytes) { return known.actor }
        do {
            let fields = try JSONFields(JSONText(unchecked: String(decoding: text, as: UTF8.self)))
            let actor = EventActor(
                role: try fields.literal("type"), id: try fields.required("id", fields.string("id")))
            if actors.count == Self.actorLimit { actors.removeFirst() }
            actors.append((Array(text), actor))
            return actor
        } catch {
            throw row.damaged("the actor of the event at \(row.integer(0)) cannot be read: \(error)")
        }
    }
}
