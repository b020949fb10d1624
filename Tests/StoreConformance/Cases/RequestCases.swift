import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let request: [ConformanceCase] = [
        ConformanceCase(.request, "a request is answered once, also after its job has ended") { log in
            let first = try await log.ask("order-1", "a")
            #expect(first.isNew)
            #expect(try await log.ask("order-1", "a") == Asked(job: first.job, isNew: false))
            try await log.execute(.steer(.cancel(reason: nil)), on: first.job)
            log.clock.advance(by: .seconds(30 * 86_400))
            let head = try await log.log.read { try $0.head() }
            #expect(try await log.ask("order-1", "a") == Asked(job: first.job, isNew: false))
            #expect(try await log.log.read { try $0.head() } == head)
            #expect(
                try await log.events().map(\.kind) == ["job.enqueued", "request.answered", "job.cancelled"])
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.request, "a request that asks for something else is refused, and writes nothing") {
            log in
            _ = try await log.ask("order-1", "a")
            let head = try await log.log.read { try $0.head() }
            await #expect(throws: JobRejection.requestReused("order-1")) {
                try await log.ask("order-1", "b")
            }
            #expect(try await log.log.read { try $0.head() } == head)
        },
        ConformanceCase(.request, "a request counts for its owner and kind, by the bytes of its name") {
            log in
            let marks: [(RequestKey, JobKind, Owner?)] = [
                ("a", "sample.job", nil), ("a", "other.job", nil), ("a", "sample.job", "ana"),
                ("a", "sample.job", "ben"), ("A", "sample.job", nil),
                (RequestKey(unchecked: "caf\u{E9}"), "sample.job", nil),
                (RequestKey(unchecked: "cafe\u{301}"), "sample.job", nil),
            ]
            var jobs: Set<JobID> = []
            for (id, kind, owner) in marks {
                let asked = try await log.ask(id, "x", kind: kind, owner: owner)
                #expect(asked.isNew)
                #expect(jobs.insert(asked.job).inserted)
            }
            for (id, kind, owner) in marks {
                #expect(try await log.ask(id, "x", kind: kind, owner: owner).isNew == false)
            }
            try await log.expectFoldedProjections()
        },
        ConformanceCase(
            .request, "the same holds within one transaction, and a command that fails takes nothing"
        ) {
            log in
            let ids = (0..<4).map { _ in log.newID() }
            let mark = RequestMark(id: "order-1", content: "a".utf8)
            let outcomes = try await log.together([
                { transaction in
                    _ = try transaction.ask(mark, as: ids[0])
                    throw ChangeOfMind()
                },
                { try demand(try $0.ask(mark, as: ids[1]) == Asked(job: ids[1], isNew: true)) },
                { try demand(try $0.ask(mark, as: ids[2]) == Asked(job: ids[1], isNew: false)) },
                // A query in between hands the rows to the store.
                { _ = try $0.due(limit: 1) },
                { try demand(try $0.ask(mark, as: ids[3]) == Asked(job: ids[1], isNew: false)) },
            ])
            #expect(outcomes.map { $0 == nil } == [false, true, true, true, true])
            #expect(try await log.events(EventQuery(kinds: [.jobEnqueued])).map(\.job) == [ids[1]])
            try await log.expectSoundChain()
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.request, "an answer is there after the log was closed") { log in
            let first = try log.openAgain()
            let mark = RequestMark(id: "order-1", content: "a".utf8)
            let ids = (0..<2).map { _ in log.newID() }
            try await first.write { try demand(try $0.ask(mark, as: ids[0]).isNew) }
            await first.close()
            let second = try log.openAgain(seed: 3)
            try await second.write {
                try demand(try $0.ask(mark, as: ids[1]) == Asked(job: ids[0], isNew: false))
            }
        },
        ConformanceCase(.request, "a bulk operation is the answer to its own requests") { log in
            let mark = RequestMark(id: "night", content: "a".utf8)
            try await log.log.write { transaction in
                try demand(try transaction.answer(to: mark, kind: nil, owner: "ana") == nil)
                transaction.note(.bulk("bulk-1"), to: mark, kind: nil, owner: "ana", by: .ana)
            }
            try await log.log.write { transaction in
                try demand(try transaction.answer(to: mark, kind: nil, owner: "ana") == .bulk("bulk-1"))
                try demand(try transaction.answer(to: mark, kind: nil, owner: nil) == nil)
                try demand(try transaction.answer(to: mark, kind: "sample.job", owner: "ana") == nil)
            }
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.request, "a signal's request brings the same again, or is refused") { log in
            let job = try await log.enqueue()
            func send(_ name: WaitName, _ payload: String) async throws {
                let delivery = SignalDelivery(
                    name: name, payload: .inline(JSONText(unchecked: payload)),
                    request: RequestMark(id: "bank-1", content: payload.utf8))
                try await log.execute(.steer(.signal(delivery, newest: nil, repeated: nil)), on: job)
            }
            try await send("payment", "7")
            try await send("payment", "7")
            for (name, payload) in [("payment", "8"), ("refund", "7")] as [(WaitName, String)] {
                await #expect(throws: JobRejection.requestReused("bank-1")) { try await send(name, payload) }
            }
            #expect(try await log.events().map(\.kind) == ["job.enqueued", "signal.received"])
            try await log.expectFoldedProjections()
        },
    ]
}

/// What became of a request.
private struct Asked: Hashable, Sendable {
    let job: JobID
    let isNew: Bool
}

extension LogTransaction {
    /// Begins a job, unless the same request did it before.
    fileprivate func ask(
        _ mark: RequestMark, as id: JobID, kind: JobKind = "sample.job", owner: Owner? = nil
    ) throws -> Asked {
        if let known = try job(answering: mark, kind: kind, owner: owner) {
            return Asked(job: known.id, isNew: false)
        }
        let (state, _) = try enqueue(.sample(kind: kind, owner: owner), as: id, by: .ana)
        note(.job(state.id), to: mark, kind: kind, owner: owner, by: .ana)
        return Asked(job: state.id, isNew: true)
    }
}

extension ConformanceLog {
    /// Asks for a job by a request of a name and a content.
    @discardableResult
    fileprivate func ask(
        _ id: RequestKey, _ content: String, kind: JobKind = "sample.job", owner: Owner? = nil
    ) async throws -> Asked {
        let job = newID()
        return try await log.write {
            try $0.ask(RequestMark(id: id, content: content.utf8), as: job, kind: kind, owner: owner)
        }
    }
}
