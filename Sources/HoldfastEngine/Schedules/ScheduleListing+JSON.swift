package import HoldfastCore
import HoldfastStore

extension ScheduleListing {
    /// The object that the API and the command line show.
    package var json: JSONText { ScheduleStateCodec.encode(state, nextTimes: nextTimes) }

    /// Reads the object that `json` writes.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    package init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        let texts = try fields.required("next_times", fields.strings("next_times"))
        let times = texts.compactMap(Timestamp.init(rfc3339:))
        guard times.count == texts.count else {
            throw JSONFieldError(field: "next_times", expected: "a list of moments")
        }
        self.init(state: try ScheduleStateCodec.decode(json), nextTimes: times)
    }
}
