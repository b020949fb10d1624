import HoldfastCore
import HoldfastStore
import HoldfastTesting
import NIOCore
import Testing

@testable import HoldfastServer

@Suite("What streams share")
struct StreamShelfTests {
    private static let key = ShelfKey(selection: StreamSelection(), encoding: .names)

    /// Events at these positions.
    private func stretch(_ positions: ClosedRange<Int64>, kind: String = "log.written") -> StreamStretch {
        StreamStretch(
            positions.map { event(at: $0, kind: kind) }, through: EventLogPosition(positions.upperBound),
            append: StreamEncoding.names.append)
    }

    private func event(at position: Int64, kind: String = "log.written") -> StoredEvent {
        StoredEvent(
            position: EventLogPosition(position), job: nil, version: nil, kind: kind, schemaVersion: 1,
            at: ManualClock.start, attempt: nil, actor: .engine("e"), data: .emptyObject)
    }

    private func text(_ stretch: StreamStretch?) -> String? { stretch.map { String(buffer: $0.bytes) } }

    @Test(arguments: 0...9)
    func `a reader gets what is behind it, wherever it stands`(position: Int) {
        let shelf = StreamShelf(Self.key)
        shelf.begin(after: EventLogPosition(3))
        shelf.put(stretch(4...5), limit: 1000)
        shelf.put(stretch(6...8), limit: 1000)
        let found = shelf.stretch(
            after: EventLogPosition(Int64(position)), scanned: EventLogPosition(9), limit: 1000)
        if position < 3 {
            #expect(found == nil)
        } else {
            let expected = (4...8).filter { $0 > position }
            #expect(text(found) == expected.map { "\($0);" }.joined())
            #expect(found?.through == EventLogPosition(9))
            #expect(found?.items.map(\.position.value) == expected.map(Int64.init))
        }
    }

    @Test func `many who stand at one place get the same bytes`() throws {
        let shelf = StreamShelf(Self.key)
        shelf.begin(after: .beginning)
        for start: Int64 in [1, 3, 5] { shelf.put(stretch(start...start + 1), limit: 1000) }
        let found = try (1...2).map { _ in
            try #require(shelf.stretch(after: .beginning, scanned: EventLogPosition(6), limit: 1000))
        }
        #expect(text(found[0]) == "1;2;3;4;5;6;")
        let storages = found.map { $0.bytes.withVeryUnsafeBytes { $0.baseAddress } }
        #expect(storages[0] == storages[1], "encoded or copied twice")
        // What is put there later is not forgotten.
        shelf.put(stretch(7...7), limit: 1000)
        let later = shelf.stretch(after: .beginning, scanned: EventLogPosition(7), limit: 1000)
        #expect(text(later) == "1;2;3;4;5;6;7;")
    }

    @Test func `no more is joined than was asked for, and the rest comes next`() throws {
        let shelf = StreamShelf(Self.key)
        shelf.begin(after: .beginning)
        for start: Int64 in [1, 3, 5] { shelf.put(stretch(start...start + 1), limit: 1000) }
        let first = try #require(shelf.stretch(after: .beginning, scanned: EventLogPosition(6), limit: 5))
        #expect(text(first) == "1;2;3;4;")
        #expect(first.through == EventLogPosition(4))
        let second = shelf.stretch(after: first.through, scanned: EventLogPosition(6), limit: 5)
        #expect(text(second) == "5;6;")
    }

    @Test func `what is too much is given up from the oldest on, and readers behind it are sent to the log`()
    {
        let shelf = StreamShelf(Self.key)
        shelf.begin(after: .beginning)
        for start: Int64 in [1, 3, 5] { shelf.put(stretch(start...start + 1), limit: 8) }
        #expect(shelf.stretch(after: EventLogPosition(1), scanned: EventLogPosition(6), limit: 99) == nil)
        let found = shelf.stretch(after: EventLogPosition(2), scanned: EventLogPosition(6), limit: 99)
        #expect(text(found) == "3;4;5;6;")
    }

    @Test func `nothing is there before the first round`() {
        let shelf = StreamShelf(Self.key)
        shelf.put(stretch(1...2), limit: 1000)
        #expect(shelf.stretch(after: .beginning, scanned: EventLogPosition(2), limit: 99) == nil)
        #expect(shelf.begin(after: EventLogPosition(2)))
        #expect(!shelf.begin(after: EventLogPosition(1)))
        #expect(
            shelf.stretch(after: EventLogPosition(2), scanned: EventLogPosition(2), limit: 99)?.isEmpty
                == true)
    }

    @Test func `the last change of a life is the one that counts, in each part`() {
        var life = stretch(1...2)
        life.append(stretch(3...3, kind: "job.completed"))
        life.append(stretch(4...4, kind: "job.retried"))
        #expect(life.change == .begunAgain)
        #expect(life.prefix(3).change == .ended(.completed))
        #expect(life.prefix(2).change == nil)
        #expect(life.rest(after: EventLogPosition(3)).items.map(\.position.value) == [4])
        #expect(text(life.rest(after: EventLogPosition(1))) == "2;3;4;")
        #expect(life.prefix(3).through == EventLogPosition(3))
    }

    @Test func `the oldest pages of the past are forgotten first`() {
        let memory = PageMemory(limit: 10)
        func key(_ after: Int64) -> PageMemory.Key {
            PageMemory.Key(shelf: Self.key, after: EventLogPosition(after), limit: 2)
        }
        for start: Int64 in [1, 3, 5] { memory.keep(stretch(start...start + 1), as: key(start - 1), of: 0) }
        #expect(memory.page(key(0)) == nil)
        #expect(text(memory.page(key(2))) == "3;4;")
        #expect(text(memory.page(key(4))) == "5;6;")
        memory.keep(stretch(7...8), as: key(6), of: 0)
        #expect(memory.page(key(2)) == nil)
    }

    @Test func `a page that was read before all was forgotten is not kept`() {
        let memory = PageMemory(limit: 1_000)
        let key = PageMemory.Key(shelf: Self.key, after: .beginning, limit: 2)
        memory.keep(stretch(1...2), as: key, of: memory.era)
        let era = memory.era
        memory.forget()
        #expect(memory.page(key) == nil)
        memory.keep(stretch(1...2), as: key, of: era)
        #expect(memory.isEmpty)
        memory.keep(stretch(1...2), as: key, of: memory.era)
        #expect(text(memory.page(key)) == "1;2;")
    }
}

extension StreamEncoding {
    /// The positions, each with a mark behind it.
    fileprivate static let names = StreamEncoding(name: "positions") { event, bytes in
        bytes += "\(event.position);".utf8
    }
}
