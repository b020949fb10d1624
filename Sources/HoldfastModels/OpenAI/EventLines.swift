/// Takes the `data` of server-sent events out of bytes, wherever these are split.
///
/// Lines end with LF, CR LF or CR, as the HTML standard has it (section 9.2.6, interpreting an event stream); comments and other
/// fields are skipped, and an event that is not whole is not given.
struct EventLines {
    private var line: [UInt8] = []
    private var payload: [UInt8]?
    private var endedWithReturn = false

    /// Reads bytes, and gives the data of the events that they complete.
    mutating func feed(_ bytes: some Sequence<UInt8>) -> [String] {
        var events: [String] = []
        for byte in bytes {
            let follows = endedWithReturn
            endedWithReturn = byte == UInt8(ascii: "\r")
            // The second half of an end that was seen.
            if follows, byte == UInt8(ascii: "\n") { continue }
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                if let event = endLine() { events.append(event) }
            } else {
                line.append(byte)
            }
        }
        return events
    }

    /// Looks at a line that is whole; gives the event that an empty one ends.
    private mutating func endLine() -> String? {
        defer { line.removeAll(keepingCapacity: true) }
        if line.isEmpty {
            defer { payload = nil }
            return payload.map { String(decoding: $0, as: UTF8.self) }
        }
        let field = Array("data".utf8)
        guard line.starts(with: field) else { return nil }
        var value = line.dropFirst(field.count)
        if value.first == UInt8(ascii: ":") {
            value = value.dropFirst()
        } else if !value.isEmpty {
            return nil
        }
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        payload = payload.map { $0 + [UInt8(ascii: "\n")] + value } ?? Array(value)
        return nil
    }
}
