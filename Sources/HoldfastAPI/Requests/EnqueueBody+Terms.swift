import HoldfastCore

// What a key means: `"unique": {"period": SECONDS, "on_conflict": "return"|"reject"|"replace"}` and
// `"debounce": {"wait": SECONDS, "maximum": SECONDS}`.
extension EnqueueBody {
    /// The longest length of time that is taken, in seconds: a hundred years.
    private static let longest = 100.0 * 365 * 86_400

    static func terms(of body: RequestObject) throws(RequestFault) -> EnqueueTerms {
        var terms = EnqueueTerms()
        if let unique = try body.object("unique", known: ["period", "on_conflict"]) {
            if let period = try length("period", of: unique) { terms.unique.period = .within(period) }
            terms.unique.onConflict =
                try unique.value { fields throws(JSONFieldError) in
                    guard fields.raw("on_conflict") != nil else { return nil }
                    return try fields.conflict("on_conflict")
                } ?? .returnExisting
        }
        guard let debounce = try body.object("debounce", known: ["wait", "maximum"]) else { return terms }
        guard let wait = try length("wait", of: debounce) else {
            throw .invalidField("wait", expected: "given, as a number of seconds")
        }
        terms.debounce = Debounce(wait, maximum: try length("maximum", of: debounce))
        guard !body.has("unique") else {
            throw .invalidField(
                "debounce", expected: "given without \"unique\": it says itself what a key means")
        }
        return terms
    }

    func writeTerms(into writer: inout JSONWriter) {
        if unique != .whileUnfinished {
            writer.key("unique")
            writer.object {
                if case .within(let period) = unique.period {
                    $0.field("period", EnqueueBody.seconds(period))
                }
                $0.field("on_conflict", unique.onConflict.rawValue)
            }
        }
        guard let debounce else { return }
        writer.key("debounce")
        writer.object {
            $0.field("wait", EnqueueBody.seconds(debounce.wait))
            if let maximum = debounce.maximum { $0.field("maximum", EnqueueBody.seconds(maximum)) }
        }
    }

    private static func length(_ name: String, of object: RequestObject) throws(RequestFault) -> Duration? {
        let seconds = try object.value { fields throws(JSONFieldError) in try fields.double(name) }
        guard let seconds else { return nil }
        guard (0...longest).contains(seconds) else {
            throw .invalidField(name, expected: "a number of seconds from 0 to a hundred years")
        }
        return .seconds(seconds)
    }

    private static func seconds(_ length: Duration) -> Double {
        Double(length.microsecondsRoundedUp) / 1_000_000
    }
}

extension JSONFields {
    fileprivate func conflict(_ name: String) throws(JSONFieldError) -> Uniqueness.Conflict {
        guard let text = try string(name), let conflict = Uniqueness.Conflict(rawValue: text) else {
            let names = Uniqueness.Conflict.allCases.map(\.rawValue).joined(separator: ", ")
            throw JSONFieldError(field: name, expected: "one of \(names)")
        }
        return conflict
    }
}
