import HoldfastEngine

/// What the names mean that an engine measures, for the HELP lines.
enum PrometheusMeanings {
    static let ofEngine = Dictionary(
        uniqueKeysWithValues: MetricName.allCases.map { ($0.rawValue, $0.meaning) })
}
