/// Why a text is no cron expression; each says what to write instead.
public enum CronFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// There are more or fewer than five fields.
    case fieldCount(Int)
    /// A word that begins with `@` and stands for nothing.
    case unknownWord(String)
    /// A field that cannot be read: its name, what stands there, and what should.
    case field(String, value: String, advice: String)
    /// No day fits, in any year.
    case neverFires(String)

    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .fieldCount(6), .fieldCount(7):
            "a cron expression has 5 fields: minute, hour, day of month, month, day of week; leave seconds and years "
                + "out, and use an interval for what happens more often than once a minute"
        case .fieldCount(let count):
            "a cron expression has 5 fields: minute, hour, day of month, month, day of week, such as 0 3 * * *; "
                + "this one has \(count)"
        case .unknownWord(let word):
            "\(word) is unknown: use @hourly, @daily, @weekly, @monthly or @yearly, an interval for \"every so long\", "
                + "or five fields such as 0 3 * * *"
        case .field(let name, let value, let advice): "the \(name) field cannot be \"\(value)\": \(advice)"
        case .neverFires(let text): "\"\(text)\" never comes: no month that it names has such a day"
        }
    }
}

extension CronExpression {
    private static let words = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    /// The five fields, also those that a word stands for.
    static func fields(_ words: [String]) throws(CronFault) -> [String] {
        if let word = words.first, word.hasPrefix("@") {
            guard words.count == 1, let fields = CronExpression.words[word.lowercased()] else {
                throw .unknownWord(words.joined(separator: " "))
            }
            return fields.split(separator: " ").map(String.init)
        }
        guard words.count == 5 else { throw .fieldCount(words.count) }
        return words
    }
}

/// One of the five fields: its name, its numbers and the names that stand for them.
enum CronField: String {
    case minute
    case hour
    case dayOfMonth = "day of month"
    case month
    case dayOfWeek = "day of week"

    private var bounds: ClosedRange<Int> {
        switch self {
        case .minute: 0...59
        case .hour: 0...23
        case .dayOfMonth: 1...31
        case .month: 1...12
        case .dayOfWeek: 0...7
        }
    }

    /// Names, the first of which stands for the least number.
    private var names: [String] {
        switch self {
        case .minute, .hour, .dayOfMonth: []
        case .month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        case .dayOfWeek: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        }
    }

    /// Reads a list.
    func read(_ text: String) throws(CronFault) -> CronSet {
        var numbers = CronSet()
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            numbers.formUnion(try read(item: String(item), of: text))
        }
        return numbers
    }

    /// Reads `*`, a number, a range, or one of them with a step.
    private func read(item: String, of text: String) throws(CronFault) -> CronSet {
        let parts = item.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2 else { throw fault(text, "a step is one number behind one slash") }
        let isRange = parts[0] == "*" || parts[0].contains("-")
        let range = try range(parts[0], of: text)
        var step = 1
        if parts.count == 2 {
            guard isRange else {
                throw fault(text, "a step needs a range: write \(parts[0])-\(bounds.upperBound)/\(parts[1])")
            }
            guard let number = Int(parts[1]), (1...bounds.upperBound).contains(number) else {
                throw fault(
                    text, "a step is a number from 1 to \(bounds.upperBound); use an interval for longer ones"
                )
            }
            step = number
        }
        var numbers = CronSet()
        for number in stride(from: range.lowerBound, through: range.upperBound, by: step) {
            numbers.insert(self == .dayOfWeek ? number % 7 : number)
        }
        return numbers
    }

    private func range(_ text: String, of field: String) throws(CronFault) -> ClosedRange<Int> {
        // Sunday stands once: a step over the whole week begins with it.
        if text == "*" { return self == .dayOfWeek ? 0...6 : bounds }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        let first = try number(ends[0], of: field)
        guard ends.count > 1 else { return first...first }
        guard ends.count == 2 else { throw fault(field, "a range has two ends, such as 1-5") }
        var last = try number(ends[1], of: field)
        if self == .dayOfWeek, last == 0, first > 0 { last = 7 }
        guard first <= last else {
            throw fault(
                field,
                "a range goes upwards: write \(first)-\(bounds.upperBound),\(bounds.lowerBound)-\(last)")
        }
        return first...last
    }

    private func number(_ text: String, of field: String) throws(CronFault) -> Int {
        if let index = names.firstIndex(of: text.lowercased()) { return bounds.lowerBound + index }
        let isPlain =
            !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isPlain, let number = Int(text), bounds.contains(number) else {
            if text == "?" { throw fault(field, "write * for any") }
            let named =
                names.first.flatMap { first in names.last.map { " or a name from \(first) to \($0)" } } ?? ""
            throw fault(
                field,
                "write numbers from \(bounds.lowerBound) to \(bounds.upperBound)\(named), ranges, lists, steps or *"
            )
        }
        return number
    }

    private func fault(_ value: String, _ advice: String) -> CronFault {
        .field(rawValue, value: value, advice: advice)
    }
}
