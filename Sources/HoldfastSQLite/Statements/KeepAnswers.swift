import HoldfastCore
import HoldfastStore

extension Connection {
    /// How a request was answered; nil when it never was.
    func readAnswer(to scope: RequestScope) throws(StoreError) -> RequestAnswered? {
        let statement = try statement(
            #"""
            SELECT sha256, job, bulk
              FROM requests
             WHERE request = ?1 AND kind = ?2 AND owner = ?3
            """#, for: "find a request")
        defer { statement.reset() }
        bind(scope, to: statement)
        guard try statement.step() else { return nil }
        let answer: RequestAnswer
        if let bulk = statement.optionalText(2) {
            answer = .bulk(BulkID(unchecked: bulk))
        } else {
            answer = .job(try statement.job(1))
        }
        return RequestAnswered(scope: scope, sha256: statement.text(0), answer: answer)
    }

    /// Adds the row of a request that was answered.
    func insertAnswer(_ answered: RequestAnswered) throws(StoreError) {
        let insert = try statement(
            #"""
            INSERT INTO requests (request, kind, owner, sha256, job, bulk)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """#, for: "note a request")
        bind(answered.scope, to: insert)
        insert.bind(answered.sha256, at: 4)
        switch answered.answer {
        case .job(let id):
            insert.bind(id, at: 5)
            insert.bind(nil as String?, at: 6)
        case .bulk(let id):
            insert.bind(nil as String?, at: 5)
            insert.bind(id, at: 6)
        }
        try insert.run()
    }

    /// Names are never empty, so that the empty text can stand for none: a key cannot have nulls.
    private func bind(_ scope: RequestScope, to statement: Statement) {
        statement.bind(scope.id, at: 1)
        statement.bind(scope.kind?.rawValue ?? "", at: 2)
        statement.bind(scope.owner?.rawValue ?? "", at: 3)
    }
}
