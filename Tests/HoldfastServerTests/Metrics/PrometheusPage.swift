/// What a page in the text format 0.0.4 says, read without any leniency.
struct PrometheusPage {
    struct Sample: Hashable {
        let name: String
        let labels: [String: String]
    }

    struct Family {
        var help: String?
        let type: String
        var samples: [(sample: Sample, value: Double)] = []
    }

    struct Fault: Error, CustomStringConvertible {
        let line: Int
        let reason: String

        var description: String { "line \(line): \(reason)" }
    }

    private(set) var families: [String: Family] = [:]
    private(set) var values: [Sample: Double] = [:]
    private var current = ""
    private var help: (name: String, text: String)?

    init(parsing text: String) throws {
        guard text.isEmpty || text.hasSuffix("\n") else { throw Fault(line: 0, reason: "no last line feed") }
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .enumerated()
        {
            do {
                try read(line)
            } catch let reason as Reason {
                throw Fault(line: index + 1, reason: "\(reason.text): \(line)")
            }
        }
        for (name, family) in families where family.type == "histogram" { try check(name, family) }
    }

    /// The value of a series.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        values[Sample(name: name, labels: labels)]
    }

    private struct Reason: Error { let text: String }

    private mutating func read(_ line: Substring) throws {
        if let rest = line.dropping("# HELP ") {
            let parts = rest.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, help == nil else { throw Reason(text: "not a HELP line") }
            help = (String(parts[0]), try Self.unescaped(parts[1], quotes: false))
        } else if let rest = line.dropping("# TYPE ") {
            let parts = rest.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, ["counter", "gauge", "histogram"].contains(parts[1]),
                parts[0].wholeMatch(of: #/[a-zA-Z_:][a-zA-Z0-9_:]*/#) != nil
            else { throw Reason(text: "not a TYPE line") }
            guard families[parts[0]] == nil else { throw Reason(text: "a name comes twice") }
            guard help == nil || help?.name == parts[0] else { throw Reason(text: "HELP of another name") }
            families[parts[0]] = Family(help: help?.text, type: parts[1])
            current = parts[0]
            help = nil
        } else {
            try readSample(line)
        }
    }

    private mutating func readSample(_ line: Substring) throws {
        guard
            let match = line.wholeMatch(
                of: #/([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[^"\\}]|"(?:[^"\\]|\\.)*")*)\})? ([^ ]+)/#)
        else { throw Reason(text: "not a sample") }
        let name = String(match.1)
        let suffixes = families[current]?.type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard help == nil, suffixes.contains(where: { current + $0 == name }) else {
            throw Reason(text: "a sample outside of its family")
        }
        let sample = Sample(name: name, labels: try Self.labels(match.2 ?? ""))
        guard match.2 != "" else { throw Reason(text: "empty braces") }
        guard let value = Self.number(match.3) else { throw Reason(text: "not a number") }
        guard values.updateValue(value, forKey: sample) == nil else { throw Reason(text: "a series twice") }
        families[current]?.samples.append((sample, value))
    }

    private static func labels(_ text: Substring) throws -> [String: String] {
        var (labels, rest): ([String: String], Substring) = ([:], text)
        while !rest.isEmpty {
            guard let match = rest.prefixMatch(of: #/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(,?)/#)
            else {
                throw Reason(text: "not a label")
            }
            rest = rest[match.range.upperBound...]
            guard match.3.isEmpty == rest.isEmpty else { throw Reason(text: "a comma") }
            let value = try unescaped(match.2, quotes: true)
            guard labels.updateValue(value, forKey: String(match.1)) == nil else {
                throw Reason(text: "a label twice")
            }
        }
        return labels
    }

    private static func unescaped(_ text: Substring, quotes: Bool) throws -> String {
        var plain = ""
        var iterator = text.unicodeScalars.makeIterator()
        while let scalar = iterator.next() {
            guard scalar == "\\" else {
                plain.unicodeScalars.append(scalar)
                continue
            }
            switch iterator.next() {
            case "\\": plain += "\\"
            case "n": plain += "\n"
            case "\"" where quotes: plain += "\""
            default: throw Reason(text: "not an escape")
            }
        }
        return plain
    }

    private static func number(_ text: Substring) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: text.wholeMatch(of: #/-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?/#).flatMap { Double($0.0) }
        }
    }

    /// The buckets of a histogram hold one another, and the last one is everything.
    private func check(_ name: String, _ family: Family) throws {
        var buckets: [[String: String]: [(bound: Double, count: Double)]] = [:]
        for (sample, value) in family.samples where sample.name == name + "_bucket" {
            var labels = sample.labels
            guard let bound = labels.removeValue(forKey: "le").flatMap({ Self.number($0[...]) }) else {
                throw Fault(line: 0, reason: "a bucket of \(name) without a bound")
            }
            buckets[labels, default: []].append((bound, value))
        }
        for (labels, list) in buckets {
            let isRising = zip(list, list.dropFirst()).allSatisfy {
                $0.bound < $1.bound && $0.count <= $1.count
            }
            guard isRising, let last = list.last, last.bound == .infinity,
                value(name + "_count", labels) == last.count, value(name + "_sum", labels) != nil
            else { throw Fault(line: 0, reason: "the buckets of \(name) do not fit") }
        }
        guard family.samples.count == buckets.values.reduce(0, { $0 + $1.count + 2 }) else {
            throw Fault(line: 0, reason: "\(name) has further lines")
        }
    }
}

extension Substring {
    fileprivate func dropping(_ prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }
}
