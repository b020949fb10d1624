import HoldfastCore
import HoldfastStore
import Synchronization

/// What a view knows of a job at a place of the log.
struct ViewPlace: Sendable {
    /// All of the job's events up to here were taken into account.
    private(set) var position = EventLogPosition.beginning
    private(set) var fold: any ViewFolding

    /// Begins before the first event.
    init(_ view: any EventStreamView) { fold = view.emptyFold }

    /// Takes an event into account.
    ///
    /// - Returns: What is sent of it.
    mutating func take(_ event: StoredEvent, by reader: any StorageReader) throws -> [ViewEvent] {
        position = event.position
        return try fold.take(event, by: reader)
    }

    /// Says that up to a position the job has no further event.
    mutating func skip(to position: EventLogPosition) { self.position = max(self.position, position) }

    /// Takes the next events of a job into account, at most as many as are read at a time.
    ///
    /// - Parameters:
    ///   - job: Whose events they are.
    ///   - target: Up to and including this position; nil for as many as there are.
    ///   - limit: How many events are read.
    ///   - reader: Reads the log.
    /// - Returns: Whether there are no more.
    /// - Throws: `StoreError`, and what the view throws.
    mutating func advance(
        _ job: JobID, to target: EventLogPosition?, limit: Int, by reader: any StorageReader
    ) throws -> Bool {
        if let target, position >= target { return true }
        let page = try reader.events(
            EventQuery(job: job, after: position, through: target, limit: limit))
        for event in page.events { _ = try take(event, by: reader) }
        guard page.events.count < limit else { return false }
        if let target { skip(to: target) }
        return true
    }
}

/// Remembers what views know at the places where readers stand, so that nobody has to begin at the first event again.
///
/// Nothing in it can be wrong, because the events before a place change by redaction only, upon which all is forgotten; a few
/// places of a few jobs are kept.
final class ViewMemory: Sendable {
    private struct Key: Hashable, Sendable {
        let form: ViewForm
        let job: JobID
    }

    private struct State {
        var places: [Key: [ViewPlace]] = [:]
        /// The jobs in the order in which they came.
        var order: [Key] = []
    }

    /// How many places of a job are kept.
    private static let placeLimit = 8
    private let state = Mutex(State())
    private let limit: Int

    /// - Parameter limit: How many jobs are remembered for each view.
    init(limit: Int = 512) { self.limit = limit }

    /// Whether nothing is remembered.
    var isEmpty: Bool { state.withLock(\.places.isEmpty) }

    /// Forgets everything.
    func forget() { state.withLock { $0 = State() } }

    /// The last place that is known up to a position; before the first event where there is none.
    func place(_ view: any EventStreamView, _ job: JobID, upTo position: EventLogPosition?) -> ViewPlace {
        let key = Key(form: ViewForm(view: view, names: nil), job: job)
        let known = state.withLock { state in
            state.places[key]?.last { place in position.map { place.position <= $0 } ?? true }
        }
        return known ?? ViewPlace(view)
    }

    /// Remembers a place.
    func keep(_ place: ViewPlace, of view: any EventStreamView, _ job: JobID) {
        let key = Key(form: ViewForm(view: view, names: nil), job: job)
        state.withLock { state in
            if state.places[key] == nil {
                state.order.append(key)
                if state.order.count > limit { state.places[state.order.removeFirst()] = nil }
            }
            var places = state.places.removeValue(forKey: key) ?? []
            let index = places.partitioningIndex { $0.position >= place.position }
            if index < places.count, places[index].position == place.position {
                places[index] = place
            } else {
                places.insert(place, at: index)
            }
            // The newest stays: live readers stand there.
            if places.count > ViewMemory.placeLimit { places.removeFirst() }
            state.places[key] = places
        }
    }
}
