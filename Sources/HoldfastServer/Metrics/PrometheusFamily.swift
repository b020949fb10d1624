/// The series of one name.
struct PrometheusFamily {
    /// What a name measures, as its TYPE line says.
    enum Kind: String {
        case counter, gauge, histogram
    }

    let name: String
    let kind: Kind
    private let meaning: String?
    /// By the text of their labels.
    private var all: [String: any PrometheusSeries] = [:]

    init(name: String, kind: Kind, meaning: String?) {
        self.name = name
        self.kind = kind
        self.meaning = meaning
    }

    var isEmpty: Bool { all.isEmpty }

    /// The series of some labels; a fresh one, or that of the overflow when there are as many as there may be.
    mutating func series<Series: PrometheusSeries>(
        _ labels: String, limit: Int, make: () -> Series
    ) -> Series {
        let labels = all[labels] == nil && all.count >= limit ? PrometheusText.overflow : labels
        guard let known = all[labels] else {
            let fresh = make()
            all[labels] = fresh
            return fresh
        }
        // Another form of the same kind, such as a counter of fractions beside one of whole numbers: not measured.
        return known as? Series ?? make()
    }

    /// Forgets a series.
    mutating func remove(_ series: AnyObject) { all = all.filter { $0.value !== series } }

    /// Appends the lines of all series, ordered by their labels.
    func write(into text: inout String) {
        if let meaning { text += "# HELP \(name) \(PrometheusText.escapedHelp(meaning))\n" }
        text += "# TYPE \(name) \(kind.rawValue)\n"
        for (labels, series) in all.sorted(by: { $0.key < $1.key }) {
            series.write(name: name, labels: labels, into: &text)
        }
    }
}

/// What is measured under one name with some labels.
protocol PrometheusSeries: AnyObject, Sendable {
    /// Appends the lines of the series.
    ///
    /// - Parameters:
    ///   - name: The name of the family.
    ///   - labels: The labels without braces; empty when there are none.
    ///   - text: Where the lines go.
    func write(name: String, labels: String, into text: inout String)
}

/// The bounds of buckets, upper ones, inclusive, in rising order; the last bucket has none.
enum PrometheusBuckets {
    /// For lengths of time, in seconds: from half a millisecond to an hour.
    static let seconds: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900,
        3600,
    ]
    /// For numbers of things.
    static let counts: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]
}
