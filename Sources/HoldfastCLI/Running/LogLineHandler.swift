import Logging

/// Writes what the parts of the program log, each as one readable line.
struct LogLineHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level
    private let moment: @Sendable () -> String
    private let write: @Sendable (String) -> Void

    /// Makes a handler.
    ///
    /// - Parameters:
    ///   - level: The least serious lines that are written.
    ///   - moment: Gives the time as it stands at the front of a line.
    ///   - write: Takes a line without its end, safe for a terminal.
    init(
        level: Logger.Level, moment: @escaping @Sendable () -> String,
        write: @escaping @Sendable (String) -> Void
    ) {
        logLevel = level
        self.moment = moment
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var values = metadata
        if let provided = metadataProvider?.get() { values.merge(provided) { $1 } }
        if let own = event.metadata { values.merge(own) { $1 } }
        if let error = event.error { values["error"] = "\(error)" }
        var line = "\(moment())  \(event.level.padded)  \(event.message)"
        for (key, value) in values.sorted(by: { $0.key < $1.key }) { line += "  \(key)=\(value)" }
        write(TerminalText(line).text)
    }
}

extension Logger.Level {
    /// The name, as wide as the longest one.
    fileprivate var padded: String {
        let width = Logger.Level.allCases.map(\.rawValue.count).max() ?? 0
        return rawValue + String(repeating: " ", count: width - rawValue.count)
    }
}
