import HoldfastCore

/// The streams that are open, found by what they read.
struct OpenStreams {
    private struct Place {
        let shelf: StreamShelf
        var tickets: [Int: StreamTicket] = [:]
    }

    private var places: [ShelfKey: Place] = [:]
    /// The shelves of one job each.
    private var byJob: [JobID: Set<ShelfKey>] = [:]
    /// The shelves of all other selections.
    private var filtered: Set<ShelfKey> = []
    /// How many streams are open.
    private(set) var count = 0

    /// All streams, in any order.
    var all: [StreamTicket] { places.values.flatMap(\.tickets.values) }

    /// All shelves, in any order.
    var shelves: [StreamShelf] { places.values.map(\.shelf) }

    /// The number of shelves.
    var shelfCount: Int { places.count }

    /// The shelves that hold all events of a job and nothing else.
    func shelves(of job: JobID) -> [StreamShelf] { (byJob[job] ?? []).compactMap { places[$0]?.shelf } }

    /// The shelves for which each event has to be looked at.
    var filteredShelves: [StreamShelf] { filtered.compactMap { places[$0]?.shelf } }

    /// The streams that read from a shelf.
    func readers(of shelf: StreamShelf) -> [StreamTicket] {
        places[shelf.key].map { Array($0.tickets.values) } ?? []
    }

    /// The shelf for a selection in a form; a new one when nobody reads it yet.
    mutating func shelf(for key: ShelfKey) -> StreamShelf {
        if let place = places[key] { return place.shelf }
        let shelf = StreamShelf(key)
        places[key] = Place(shelf: shelf)
        if let job = key.selection.onlyJob {
            byJob[job, default: []].insert(key)
        } else {
            filtered.insert(key)
        }
        return shelf
    }

    /// Adds a stream that reads from one of the shelves.
    mutating func add(_ ticket: StreamTicket) {
        places[ticket.shelf.key]?.tickets[ticket.id] = ticket
        count += 1
    }

    /// Removes a stream, and its shelf when nobody else reads it.
    ///
    /// - Returns: Whether it was there.
    mutating func remove(_ ticket: StreamTicket) -> Bool {
        let key = ticket.shelf.key
        guard places[key]?.tickets.removeValue(forKey: ticket.id) != nil else { return false }
        count -= 1
        guard places[key]?.tickets.isEmpty == true else { return true }
        places[key] = nil
        filtered.remove(key)
        if let job = key.selection.onlyJob {
            byJob[job]?.remove(key)
            if byJob[job]?.isEmpty == true { byJob[job] = nil }
        }
        return true
    }
}
