import HoldfastCore
import HoldfastSQLite
import HoldfastStore

extension SQLiteStore {
    /// The first event that does not fit the one before it or its own hashes; nil when all do.
    func firstBreak() throws -> EventLogPosition? {
        let reader = try openReader()
        var last = LogHead.beginning
        while true {
            // A small page, so that the walk crosses several.
            let page = try reader.sealedEvents(after: last.position, limit: 7)
            for sealed in page {
                let (event, seal) = (sealed.event, sealed.seal)
                let isWhole =
                    event.position == last.position.next
                    && EventSeal.dataHash(of: event.data, salt: seal.salt) == seal.dataHash
                    && EventSeal.hash(of: event, dataHash: seal.dataHash, after: last.hash) == seal.hash
                guard isWhole else { return event.position }
                last = LogHead(position: event.position, hash: seal.hash)
            }
            if page.isEmpty { return try reader.head() == last ? nil : last.position.next }
        }
    }

    /// All events with their seals.
    func sealedEvents() throws -> [SealedEvent] {
        try openReader().sealedEvents(after: .beginning, limit: .max)
    }

    /// The position of the last event.
    func headPosition() throws -> EventLogPosition { try openReader().head().position }
}
