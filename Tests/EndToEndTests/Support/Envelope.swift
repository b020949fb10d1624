import Foundation

/// An event as a stranger reads it: with a JSON parser, and no code of the writer.
struct Envelope: Decodable {
    let position: String
    let version: Int
    let kind: String
    let at: String
    let data: Details

    /// The part of the data that these tests look at.
    struct Details: Decodable {
        let name: String?
        let occurrence: Int?
        let cause: String?
    }

    init(line: String) throws {
        self = try JSONDecoder().decode(Envelope.self, from: Data(line.utf8))
    }

    /// The step that the event is about, such as `hash#3`; nil when it is about none.
    var step: String? {
        guard kind.hasPrefix("step."), let name = data.name, let occurrence = data.occurrence else {
            return nil
        }
        return "\(name)#\(occurrence)"
    }
}
