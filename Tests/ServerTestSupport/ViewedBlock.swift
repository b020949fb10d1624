package import HoldfastCore
import Testing

/// A block of a view as its lines stood on the wire.
package struct ViewedBlock: Hashable, Sendable, CustomStringConvertible {
    package var lines: [String]

    /// Makes a block of lines.
    package init(lines: [String]) { self.lines = lines }

    package var description: String { lines.joined(separator: " | ") }

    /// The value of a field; nil when there is none.
    package subscript(_ field: String) -> String? {
        lines.first { $0.hasPrefix(field + ": ") }.map { String($0.dropFirst(field.count + 2)) }
    }

    /// The fields of the data's object.
    package func fields() throws -> JSONFields { try JSONFields(JSONText(validating: self["data"] ?? "")) }

    /// Whether a browser would hand it to the page.
    package var isEvent: Bool { self["data"] != nil }
}

extension WireStream {
    /// The next block of lines; nil at the end.
    package mutating func viewedBlock() async throws -> ViewedBlock? {
        var lines: [String] = []
        while let line = try await reader.line() {
            if line.isEmpty { return ViewedBlock(lines: lines) }
            lines.append(line)
        }
        #expect(lines.allSatisfy { $0.hasPrefix(":") }, "the stream ends within a block")
        return nil
    }

    /// All blocks up to the end.
    package mutating func viewedBlocks() async throws -> [ViewedBlock] {
        var blocks: [ViewedBlock] = []
        while let block = try await viewedBlock() { blocks.append(block) }
        return blocks
    }

    /// The next so many events.
    package mutating func viewedEvents(_ count: Int) async throws -> [ViewedBlock] {
        var blocks: [ViewedBlock] = []
        while blocks.count < count {
            guard let block = try await viewedBlock() else { throw WireFault.cutOff }
            if block.isEvent { blocks.append(block) }
        }
        return blocks
    }
}
