import HoldfastCore
import HoldfastServer

/// A view for tests: parcels that travel.
struct ParcelView: EventStreamView {
    struct State: Hashable, Sendable {
        var stops: [String] = []
    }

    struct Stop: Codable {
        var at: String
        var number: Int
    }

    let name = "parcels"
    var isNamed = true
    var beginsWithSnapshot = false
    var greets = false
    var quiet = ViewQuiet()
    let initialState = State()

    func events(of event: ViewedEvent, _ state: inout State) throws -> [ViewEvent] {
        switch event.event {
        case .appEmitted(let emitted) where emitted.name == "lost": throw ParcelLost()
        case .appEmitted(let emitted):
            return [ViewEvent(emitted.name, json: event.value ?? .null)]
        case .stepCompleted(let completed):
            state.stops.append(completed.step.name.rawValue)
            let stop = Stop(at: completed.step.name.rawValue, number: state.stops.count)
            return [
                try ViewEvent("arrived", stop), try ViewEvent("scanned", stop),
                try ViewEvent("left", stop),
            ]
        case .logWritten(let line):
            return [try ViewEvent("log", line.message, throttledBy: line.level.rawValue)]
        case .completed: return [try ViewEvent("delivered", state.stops)]
        default: return []
        }
    }

    func snapshot(_ state: State) throws -> [ViewEvent]? {
        guard beginsWithSnapshot else { return nil }
        return try [ViewEvent("parcel", json: .emptyObject)] + state.stops.map { try ViewEvent("stop", $0) }
    }

    func greeting(_ connection: ViewConnection) throws -> [ViewBlock] {
        guard greets else { return [] }
        return [
            .comment("parcel\nof \(connection.job)"),
            .event(try ViewEvent("connected", ["client": connection.id])),
        ]
    }
}

struct ParcelLost: Error {}
