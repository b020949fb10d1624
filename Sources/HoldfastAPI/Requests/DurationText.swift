/// Reads a length of time as people write it.
public enum DurationText {
    /// What a length of time looks like, for messages.
    public static let explanation = "a length of time such as 500ms, 30s, 5m, 2h or 1d"

    private static let units: [(suffix: String, seconds: Double)] = [
        ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400), ("", 1),
    ]

    /// Reads `500ms`, `30s`, `5m`, `2h` or `1d`, also with a fraction; digits alone are seconds.
    ///
    /// - Returns: Nil for any other text, and above 100 years.
    public static func duration(_ text: String) -> Duration? {
        guard let unit = units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
        let number = text.dropLast(unit.suffix.count)
        guard number.first?.isNumber == true, let value = Double(number), value.isFinite,
            value * unit.seconds <= 100 * 365 * 86_400
        else { return nil }
        return .seconds(value * unit.seconds)
    }
}
