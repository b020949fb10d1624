import HoldfastCore
package import HoldfastEngine

/// Publishes a page after a person approved it.
///
/// The steps are `draft` and `publish`; between them stand the checkpoint `approve` and, if the job asks for it, the
/// sleep `embargo`. While it waits, the job holds no worker, and the process may be gone.
package struct PublishHandler: JobHandler {
    /// Makes a handler.
    package init() {}

    /// Publishes the page that the job describes.
    ///
    /// - Throws: `JobOutcome.cancel` with the reason when the page is rejected, also by its deadline; `NotRetryable`
    ///   when the input makes no sense; `PublishFault` when the page cannot be written.
    package func run(_ job: PublishJob, _ context: JobContext) async throws -> PublishedPage {
        guard !job.title.isEmpty, !job.output.isEmpty else {
            throw NotRetryable(PublishFault("a page has a title and an output"))
        }
        guard !job.output.contains("\0") else {
            throw NotRetryable(PublishFault("a path holds no NUL character"))
        }
        guard (0...PublishJob.longestWait).contains((job.timeoutHours ?? 0) * 3600),
            (0...PublishJob.longestWait).contains(job.embargoSeconds ?? 0)
        else { throw NotRetryable(PublishFault("a page waits from nothing to a hundred years")) }
        let page = try await context.step("draft") { Page(title: job.title, text: job.text) }
        let decision = try await context.checkpoint(
            "approve", summary: PageSummary(title: page.title, words: page.words),
            timeout: job.timeoutHours.map { .seconds($0 * 3600) })
        guard decision.isApproved else {
            throw JobOutcome.cancel(
                "rejected by \(decision.actor.id)" + (decision.reason.map { ": \($0)" } ?? ""))
        }
        if let seconds = job.embargoSeconds {
            try await context.sleep("embargo", for: .seconds(seconds))
        }
        return try await context.step("publish") {
            // Safe to repeat: whoever died half-way left the old page or the whole new one.
            try PageFile(path: job.output).replace(with: page.html)
            return PublishedPage(
                path: job.output, bytes: page.html.utf8.count, approvedBy: decision.actor.id)
        }
    }
}
