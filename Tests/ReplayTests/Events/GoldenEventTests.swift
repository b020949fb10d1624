import HoldfastCore
import HoldfastStore
import Testing

@Suite("Golden events", .serialized)
struct GoldenEventTests {
    /// After adding a kind or a schema version, run the tests with `HOLDFAST_RECORD=1` and read the file that
    /// appears.
    ///
    /// A file that exists is never written again.
    @Test(arguments: EventKind.allCases)
    func `events are written as their golden file says, and read back`(kind: EventKind) throws {
        let file = GoldenFile(of: kind)
        let samples = EventSamples.events(of: kind)
        let written = samples.map(EventCodec.encode)
        if Fixtures.isRecording { try file.record(written) }
        let objects = try file.objects()
        #expect(objects == written)
        #expect(try objects.map(file.decode) == samples)
        #expect(samples.allSatisfy { $0.kind == kind })
    }

    @Test func `every kind has a golden file, and every golden file a kind`() throws {
        let names = Set(try GoldenFile.names())
        let expected = EventKind.allCases.flatMap { kind in
            (1...EventCodec.schemaVersion(of: kind)).map { "\(kind.rawValue).v\($0).json" }
        }
        #expect(names.subtracting(expected).isEmpty)
        #expect(Set(expected).subtracting(names).isEmpty)
    }

    @Test func `what was ever written is read, and written again without loss`() throws {
        for name in try GoldenFile.names() {
            let file = try #require(GoldenFile(named: name))
            let objects = try file.objects()
            #expect(!objects.isEmpty, "\(name)")
            for object in objects {
                let event = try file.decode(object)
                let again = EventCodec.encode(event)
                let today = GoldenFile(of: event.kind)
                #expect(try today.decode(again) == event, "\(name)")
                if today.version == file.version { #expect(again == object, "\(name)") }
            }
        }
    }

    @Test(arguments: EventKind.allCases)
    func `an optional field of a later program is passed over`(kind: EventKind) throws {
        let file = GoldenFile(of: kind)
        for object in try file.objects() {
            let comma = object == .emptyObject ? "" : ","
            let longer = JSONText(
                unchecked: object.text.dropLast() + comma + #""of_a_later_program":{"a":[1]}}"#)
            #expect(try file.decode(longer) == file.decode(object))
        }
    }
}

@Suite("Events that cannot be read")
struct UnreadableEventTests {
    @Test(arguments: ["job.teleported", "checkpoint.teleported", "", "JOB.ENQUEUED", "job.enqueued "])
    func `a kind of a later program is named`(kind: String) {
        #expect(throws: EventDecodingError.unknownKind(kind)) {
            try EventCodec.decode(kind: kind, schemaVersion: 1, data: .emptyObject)
        }
    }

    @Test(arguments: EventKind.allCases)
    func `a schema version of a later program is named`(kind: EventKind) throws {
        let file = GoldenFile(of: kind)
        let object = EventCodec.encode(try #require(EventSamples.events(of: kind).first))
        for version in [file.version + 1, 1000, 0, -1] {
            #expect(throws: EventDecodingError.unknownVersion(kind.rawValue, version)) {
                try EventCodec.decode(kind: kind.rawValue, schemaVersion: version, data: object)
            }
        }
    }

    @Test(arguments: EventKind.allCases, ["", "{", "[]", "null", #""text""#])
    func `what is no object is malformed`(kind: EventKind, text: String) throws {
        let error = #expect(throws: EventDecodingError.self) {
            try GoldenFile(of: kind).decode(JSONText(unchecked: text))
        }
        guard case .malformed(kind.rawValue, _) = error else {
            Issue.record("\(text) gives \(String(describing: error))")
            return
        }
    }

    @Test(arguments: [
        (EventKind.jobEnqueued, "queue"), (.jobStarted, "engine"), (.jobAttemptFailed, "retry_at"),
        (.jobFailed, "cause"), (.leaseExpired, "token"), (.stepCompleted, "duration_us"),
        (.logWritten, "level"), (.timerFired, "due"), (.engineWorkerLeft, "reason"),
        (.scheduleSet, "overlap"), (.scheduleFired, "job"), (.scheduleSkipped, "reason"),
    ])
    func `an event without a field that it must have is malformed, and the field is named`(
        kind: EventKind, field: String
    ) throws {
        let file = GoldenFile(of: kind)
        let event = try #require(EventSamples.events(of: kind).first)
        let fields = try JSONFields(EventCodec.encode(event))
        let rest = JSONWriter.object { writer in
            for key in fields.keys where key != field {
                writer.key(text: key)
                writer.raw(fields.raw(key) ?? .null)
            }
        }
        let error = #expect(throws: EventDecodingError.self) { try file.decode(rest) }
        #expect(error?.description.contains("\"\(field)\"") == true)
    }
}
