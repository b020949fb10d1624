import HoldfastCore

extension TestServer {
    /// Enqueues a job and plays its life: a step, lines one by one and several at once, and an end.
    @discardableResult
    func finishedJob(lines: Int = 6) async throws -> JobID {
        let job = try await enqueue()
        let worker = try await HandWorker(self, job)
        try await worker.step("parse")
        for number in 1...lines { try await worker.say("line \(number)") }
        try await worker.say(["both", "at once"])
        try await worker.complete(#"{"rows":3}"#)
        return job
    }

    /// A running job whose history is longer than what the sockets between two programs hold:
    /// 512 KiB a commit.
    func longJob(commits: Int = 16) async throws -> HandWorker {
        let worker = try await HandWorker(self, try await enqueue())
        let line = String(repeating: "x", count: 32 * 1024)
        for _ in 1...commits { try await worker.say(Array(repeating: line, count: 16)) }
        return worker
    }
}
