import HoldfastCore
import HoldfastStore

extension JobEngine {
    /// Records by which rules this engine prunes, so that whoever examines the file can tell whether they are kept.
    ///
    /// One without rules records that only where the engine that had some is gone: nobody prunes then, and is not expected to.
    func recordRetention() async throws {
        if configuration.retention == nil {
            let last = try await fetch { try $0.newestRetention() }
            guard let last, last.event.retention != nil, last.event.engine != id else { return }
            guard let shared = log.backend as? any SharedStorage, !shared.isAlive(last.event.engine) else {
                return
            }
        }
        let event = EngineConfigured(engine: id, retention: configuration.retention)
        _ = try await persist { [id] in $0.record(.configured(event), by: .engine(id)) }
    }
}

extension StorageReader {
    /// What an engine last recorded of its rules, and when; nil when none ever did.
    func newestRetention() throws -> (event: EngineConfigured, at: Timestamp)? {
        let query = EventQuery(kinds: [.engineConfigured], limit: 1, fromEnd: true)
        guard let stored = try events(query).events.last,
            case .engine(.configured(let event)) = try stored.decoded().event
        else { return nil }
        return (event, stored.at)
    }
}
