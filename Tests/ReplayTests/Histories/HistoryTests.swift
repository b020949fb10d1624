import HoldfastCore
import HoldfastStore
import Testing

@Suite("Recorded histories", .serialized)
struct HistoryTests {
    /// After a change on purpose run the tests with `HOLDFAST_RECORD=1`, and read the difference.
    ///
    /// What a release has recorded stays: give the old files another name, and they are folded for ever.
    @Test(arguments: RecordedLife.all)
    func `a life is today what it was when it was recorded`(life: RecordedLife) async throws {
        try await life.live { events, outline in
            let history = History(name: life.name)
            if Fixtures.isRecording { try history.record(events, outline) }
            #expect(try history.events() == events)
            #expect(try history.lines() == events.map(\.recorded.text))
            #expect(try history.outcome() == outline.json)
        }
    }

    @Test(arguments: try History.names)
    func `a history folds to the state that it led to`(name: String) throws {
        let history = History(name: name)
        let outline = try JobOutline(folding: try history.events())
        let outcome = try history.outcome()
        #expect(outline.json == outcome)
        // States are stored too, so they have to be read as they were written.
        let stored = try #require(try JSONFields(outcome).raw("job"))
        #expect(try JobStateCodec.decode(stored) == outline.state)
    }

    @Test(arguments: try History.names)
    func `a history with a hole is refused`(name: String) throws {
        let events = try History(name: name).events().filter { $0.job != nil }
        try #require(events.count > 2)
        for index in events.indices.dropLast() {
            var damaged = events
            damaged.remove(at: index)
            #expect(throws: IllegalTransition.self, "without \(events[index].kind)") {
                try JobOutline(folding: damaged)
            }
        }
    }

    @Test func `the histories have every kind of event, every state and every actor`() throws {
        let histories = try History.names.map { try History(name: $0).events() }
        let kinds = Set(histories.joined().map(\.kind))
        // What is done to a file and not to a job is recorded by the store in a file alone, and is tested there.
        let ofFiles: Set<EventKind> = [
            .enginePruned, .engineArchived, .engineRedacted, .engineKeyDestroyed, .engineImported,
            .engineRestored, .engineConfigured,
        ]
        let expected = Set(EventKind.allCases).subtracting(ofFiles).map(\.rawValue)
        #expect(Set(expected).subtracting(kinds).isEmpty)
        let phases = Set(try histories.map { try JobOutline(folding: $0).state.phase.name })
        #expect(Set(JobPhaseName.allCases).subtracting(phases).isEmpty)
        let roles = Set(histories.joined().map(\.actor.role))
        #expect(Set(EventActor.Role.allCases).subtracting(roles).isEmpty)
    }
}
