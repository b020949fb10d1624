import Foundation
import Testing

/// An event as a stranger reads it: with a JSON parser, and no code of the writer.
struct Envelope: Decodable {
    let position: String
    let job: String?
    /// Nil for an event of no job.
    let version: Int?
    let kind: String
    let at: String
    let data: Details

    /// The part of the data that these tests look at.
    struct Details: Decodable {
        let name: String?
        let occurrence: Int?
        let cause: String?
        let note: String?
        let engine: String?
    }

    init(line: String) throws {
        self = try JSONDecoder().decode(Envelope.self, from: Data(line.utf8))
    }

    /// When it was recorded, since the beginning of its day.
    var moment: Duration {
        get throws {
            let digits = try #require(at.wholeMatch(of: /.*T(\d\d):(\d\d):(\d\d)\.(\d{6})Z/)).output
            let numbers = [digits.1, digits.2, digits.3, digits.4].map { Int64($0) ?? 0 }
            let seconds = (numbers[0] * 60 + numbers[1]) * 60 + numbers[2]
            return .seconds(seconds) + .microseconds(numbers[3])
        }
    }

    /// The step that the event is about, such as `hash#3`; nil when it is about none.
    var step: String? {
        guard kind.hasPrefix("step."), let name = data.name, let occurrence = data.occurrence else {
            return nil
        }
        return "\(name)#\(occurrence)"
    }
}
