/// Writes the parts of the text format.
enum PrometheusText {
    /// The labels of a family's series that stands for all that found no room.
    static let overflow = "overflow=\"true\""

    /// A name as Prometheus allows it: every other character becomes `_`.
    static func name(_ label: String) -> String { allowed(label, colons: true) }

    /// The labels as they stand between braces.
    static func labels(_ dimensions: [(String, String)], of kind: PrometheusFamily.Kind) -> String {
        var names: Set<String> = []
        var labels: [String] = []
        for (label, value) in dimensions {
            var name = allowed(label, colons: false)
            // The name of the bound of a bucket, and names that came before, cannot stand there again.
            while (kind == .histogram && name == "le") || !names.insert(name).inserted { name += "_" }
            labels.append("\(name)=\"\(escapedValue(value))\"")
        }
        return labels.joined(separator: ",")
    }

    /// Appends the line of one value.
    static func line(_ name: String, _ labels: String, _ value: String, into text: inout String) {
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    /// A number as the format has it: whole ones without a fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    /// The text of a HELP line.
    static func escapedHelp(_ text: String) -> String { escaped(text, quotes: false) }

    private static func escapedValue(_ text: String) -> String { escaped(text, quotes: true) }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func allowed(_ text: String, colons: Bool) -> String {
        var name = ""
        for scalar in text.unicodeScalars {
            let isAllowed =
                switch scalar {
                case "a"..."z", "A"..."Z", "_": true
                case "0"..."9": !name.isEmpty
                case ":": colons
                default: false
                }
            name.unicodeScalars.append(isAllowed ? scalar : "_")
        }
        return name.isEmpty ? "_" : name
    }
}
