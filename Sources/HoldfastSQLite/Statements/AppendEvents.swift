import HoldfastCore
import HoldfastStore

extension Connection {
    /// Appends events in the order of their positions.
    ///
    /// The schema refuses a position that is not behind all others.
    func appendEvents(_ events: [SealedEvent]) throws(StoreError) {
        guard !events.isEmpty else { return }
        let insert = try statement(
            #"""
            INSERT INTO events (position, job, version, kind, schema_version, at, attempt, actor, data, salt,
                                data_hash, hash)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            """#, for: "append events")
        // The events of a transaction mostly have one actor.
        var actor: (value: EventActor, text: String)?
        for sealed in events {
            let event = sealed.event
            if actor?.value != event.actor { actor = (event.actor, event.actorJSON.text) }
            insert.bind(event.position, at: 1)
            insert.bind(event.job, at: 2)
            insert.bind(event.version, at: 3)
            insert.bind(event.kind, at: 4)
            insert.bind(event.schemaVersion, at: 5)
            insert.bind(event.at, at: 6)
            insert.bind(event.attempt, at: 7)
            insert.bind(actor?.text, at: 8)
            insert.bind(event.data.text, at: 9)
            sealed.seal.salt.withUnsafeBytes { insert.bind($0, at: 10) }
            sealed.seal.dataHash.withBytes { insert.bind($0, at: 11) }
            sealed.seal.hash.withBytes { insert.bind($0, at: 12) }
            try insert.run()
        }
    }
}
