import NIOHTTP1
import Testing

extension Server {
    /// Enqueues jobs that nobody can run, a few at a time, and gives their ids.
    func enqueueColdJobs(_ count: Int) async throws -> [String] {
        try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<10 {
                group.addTask {
                    var ids: [String] = []
                    for _ in 0..<(count / 10) {
                        let body = #"{"kind":"cold.job","any_kind":true}"#
                        let answer = try await send(.POST, "/v1/jobs", body).body
                        ids.append(String(try #require(answer.firstMatch(of: #/"id":"([^"]+)"/#)).1))
                    }
                    return ids
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}
