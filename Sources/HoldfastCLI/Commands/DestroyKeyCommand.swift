import ArgumentParser
import HoldfastCore

/// `holdfast destroy-key JOB`.
struct DestroyKeyCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy-key",
        abstract: "Destroy the key of a job, so that nobody can read its values any more.",
        discussion: """
            It is for jobs that were enqueued with --encrypt and have ended. Their values are in the log as encrypted \
            bytes, and so they are in every copy of it; without the key nobody can read any of them. The events and \
            their hashes stay as they are. The keys are in a file of their own beside the database: copies of that \
            file have to be destroyed by whoever made them.

            EXAMPLES:
              holdfast destroy-key 6f0a1b2c3d4e --reason "request 17 of the person"
            """)

    @OptionGroup var options: SteerOptions

    func run(in surroundings: CommandSurroundings) async throws {
        let job = try await options.target.work(.writing, by: options.actor.asker, in: surroundings) {
            target in
            let job: JobID
            do {
                job = try await options.argument.job.find(in: target).id
                try await target.destroyKey(of: job, reason: options.reason)
            } catch  where ErrorSentences.failure(for: error).code == .noSuchJob {
                let failure = error
                // A whole id may name a job that is in the log no more.
                guard let whole = options.argument.job.part.whole else { throw failure }
                do {
                    try await target.destroyKey(of: whole, reason: options.reason)
                } catch JobRejection.unknownJob {
                    throw failure
                }
                return whole
            }
            return job
        }
        guard !options.json.isOn else {
            let object = JSONWriter.object { $0.field("job", job.description) }
            return try surroundings.output.write(surroundings.json(object.text))
        }
        try surroundings.output.writeLine("The key of job \(job) is destroyed")
    }
}
