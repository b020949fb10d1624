import Testing

/// Tells that something did not hold on a log's own thread, where a failed expectation would not know its
/// test.
struct UnmetDemand: Error, CustomStringConvertible {
    /// Where it was demanded.
    let description: String
}

/// Throws when something does not hold: what `#expect` is in a test, for closures that a log runs on its
/// threads.
func demand(_ holds: Bool, _ location: SourceLocation = #_sourceLocation) throws(UnmetDemand) {
    if !holds { throw UnmetDemand(description: "does not hold at \(location.fileName):\(location.line)") }
}

/// Unwraps a value that must be there, on a log's own thread.
func demand<Value>(
    _ value: Value?, _ location: SourceLocation = #_sourceLocation
) throws(UnmetDemand) -> Value {
    guard let value else {
        throw UnmetDemand(description: "is missing at \(location.fileName):\(location.line)")
    }
    return value
}
