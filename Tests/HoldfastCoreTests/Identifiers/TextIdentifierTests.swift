import HoldfastCore
import Testing

/// Names: 1 to 200 bytes of UTF-8 without control characters.
struct TextIdentifierTests {
    @Test(arguments: [
        "a", "ledger.import", "Größe", "日本語", "a b", "../x", "%2F", "\u{A0}", "\u{2028}", "é\u{300}", "👩‍👩‍👧",
        String(repeating: "x", count: 200), String(repeating: "é", count: 100),
    ])
    func `a short text without control characters is a name`(text: String) {
        let kind = JobKind(rawValue: text)
        #expect(kind?.rawValue == text)
        #expect(kind?.description == text)
    }

    @Test(arguments: [
        "", "\n", "a\u{0}b", "a\tb", "a\r", "\u{1F}", "\u{7F}", "\u{80}", "\u{85}", "a\u{9F}",
        String(repeating: "x", count: 201), String(repeating: "é", count: 100) + "x",
    ])
    func `an empty, a long and a text with control characters is no name`(text: String) {
        #expect(JobKind(rawValue: text) == nil)
        #expect(!TextIdentifierRules.accepts(text))
    }

    @Test func `exactly the 65 control characters are refused`() {
        for value in UInt32(0)...0x2FFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let isControl = scalar.properties.generalCategory == .control
            #expect(TextIdentifierRules.accepts(String(Character(scalar))) == !isControl, "U+\(value)")
        }
    }

    @Test func `names are equal when their bytes are`() {
        #expect(JobKind(rawValue: "a") == JobKind(rawValue: "a"))
        #expect(JobKind(rawValue: "a") != JobKind(rawValue: "A"))
        let composed = JobKind(unchecked: "caf\u{E9}")
        let decomposed = JobKind(unchecked: "cafe\u{301}")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(composed < decomposed || decomposed < composed)
    }

    @Test func `names are ordered by their bytes`() {
        let names = ["a", "Z", "é", "z", "\u{FFFD}", "😀", "\u{E000}", "aa"].map(StepName.init(unchecked:))
        let sorted = names.sorted().map { Array($0.rawValue.utf8) }
        #expect(sorted == sorted.sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test func `every name of the domain follows the rules`() {
        func refusesControls<Name: TextIdentifier>(_: Name.Type) -> Bool {
            Name(rawValue: "a") != nil && Name(rawValue: "a\n") == nil && ("b" as Name).rawValue == "b"
        }
        #expect(refusesControls(JobKind.self))
        #expect(refusesControls(QueueName.self))
        #expect(refusesControls(StepName.self))
        #expect(refusesControls(WorkerID.self))
        #expect(refusesControls(EngineID.self))
        #expect(refusesControls(JobKey.self))
        #expect(refusesControls(Owner.self))
        #expect(refusesControls(JobTag.self))
        #expect(QueueName.default.rawValue == "default")
    }

    @Test func `an actor is named by its role and its id`() {
        #expect(EventActor.person("ana").description == "person:ana")
        #expect(EventActor.worker("worker-1").description == "worker:worker-1")
        #expect(EventActor.engine("engine-1") == EventActor(role: .engine, id: "engine-1"))
        #expect(EventActor.Role.allCases.map(\.rawValue) == ["worker", "person", "schedule", "engine"])
    }
}
