#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One block of an event stream, as a blank line ended it.
public struct StreamBlock: Hashable, Sendable {
    /// The last event id at that moment.
    public let id: String
    /// The name; `message` where none was given.
    public let event: String
    /// The lines of data, with line feeds between.
    public let data: String

    /// Puts a block together.
    public init(id: String, event: String, data: String) {
        self.id = id
        self.event = event
        self.data = data
    }
}

/// Reads an event stream as the HTML standard says, section 9.2.6, wherever its bytes are cut.
///
/// It is pure: bytes go in, blocks come out. A block that no blank line ended is never given out.
public struct EventStreamParser: Sendable {
    /// The last event id as of the last blank line.
    public private(set) var lastEventID = ""
    /// How long the server wants a reader to wait before it connects again, in milliseconds; nil until it said so.
    public private(set) var retry: Int64?

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private var line: [UInt8] = []
    private var isFirstLine = true
    private var endsInCarriageReturn = false
    private var id = ""
    private var event = ""
    private var data: [String] = []

    /// Begins a stream.
    public init() {}

    /// Takes the next bytes, as many or few as came.
    ///
    /// - Returns: The blocks that they complete, in the order of the stream.
    public mutating func push(_ bytes: some Collection<UInt8>) -> [StreamBlock] {
        if let blocks = bytes.withContiguousStorageIfAvailable({ take($0) }) { return blocks }
        return Array(bytes).withUnsafeBufferPointer { take($0) }
    }

    private mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) -> [StreamBlock] {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return [] }
        /// Where a byte stands from a place on; the end when it does not.
        func place(of byte: UInt8, from index: Int) -> Int {
            let found = memchr(start + index, Int32(byte), bytes.count - index)
            return found.map { UnsafeRawPointer(start).distance(to: UnsafeRawPointer($0)) } ?? bytes.count
        }
        var blocks: [StreamBlock] = []
        // The line feed of a pair that was cut in two ends no line of its own.
        var index = endsInCarriageReturn && bytes[0] == Self.lineFeed ? 1 : 0
        endsInCarriageReturn = bytes[bytes.count - 1] == Self.carriageReturn
        var nextReturn = place(of: Self.carriageReturn, from: index)
        while index < bytes.count {
            let end = min(place(of: Self.lineFeed, from: index), nextReturn)
            line.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[index..<end]))
            guard end < bytes.count else { break }
            index = end + 1
            if end == nextReturn {
                if index < bytes.count, bytes[index] == Self.lineFeed { index += 1 }
                nextReturn = place(of: Self.carriageReturn, from: index)
            }
            if let block = endLine() { blocks.append(block) }
        }
        return blocks
    }

    private mutating func endLine() -> StreamBlock? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine, line.starts(with: Self.byteOrderMark) { line.removeFirst(3) }
        isFirstLine = false
        guard !line.isEmpty else { return dispatch() }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        take(line[..<colon], value)
        return nil
    }

    private mutating func take(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
        if name.elementsEqual("data".utf8) {
            data.append(String(decoding: value, as: UTF8.self))
        } else if name.elementsEqual("event".utf8) {
            event = String(decoding: value, as: UTF8.self)
        } else if name.elementsEqual("id".utf8), !value.contains(0) {
            id = String(decoding: value, as: UTF8.self)
        } else if name.elementsEqual("retry".utf8), (1...18).contains(value.count),
            value.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        {
            retry = Int64(String(decoding: value, as: UTF8.self))
        }
    }

    private mutating func dispatch() -> StreamBlock? {
        lastEventID = id
        let block = StreamBlock(
            id: id, event: event.isEmpty ? "message" : event, data: data.joined(separator: "\n"))
        let isEmpty = data.isEmpty
        event = ""
        data.removeAll(keepingCapacity: true)
        return isEmpty ? nil : block
    }
}
