import Foundation
import Holdfast

/// Asks for an issue of a paper, made of articles.
struct Issue: Job {
    static let kind: JobKind = "news.issue"
    /// The SHA-256 of the issue.
    typealias Output = String
    /// The files in which the articles come, in the order of the issue.
    var sources: [String]
    /// How often it is looked for each, a quarter of a second apart; a quarter of an hour long if nil.
    var tries: Int?
}

/// Asks for one article: a job of its own.
struct Article: Job {
    static let kind: JobKind = "news.article"
    /// The text.
    typealias Output = String
    /// The file in which the article comes; it may not be there yet.
    var source: String
    /// How often it is looked for, a quarter of a second apart.
    var tries: Int
}

/// Lets a child fetch each article, pays for them, and binds the issue.
struct IssueHandler: JobHandler {
    func run(_ job: Issue, _ context: JobContext) async throws -> String {
        let articles = try await context.spawn(
            contentsOf: job.sources.map { Article(source: $0, tries: job.tries ?? 3_600) })
        let texts = try await articles.results(onFailure: .cancelOthers)
        for source in job.sources {
            // Paid once each, however often the handler begins again. When the budget is spent, the run ends here.
            try await context.charge(1.5, "usd", note: source)
        }
        let issue = try await context.save(
            artifact: "issue.md", mediaType: "text/markdown", texts.joined(separator: "\n"))
        return issue.sha256
    }
}

/// Fetches one article, and waits for it where it has not come yet.
struct ArticleHandler: JobHandler {
    func run(_ job: Article, _ context: JobContext) async throws -> String {
        let patience = RetryPolicy.constant(maxAttempts: job.tries, every: .milliseconds(250))
        let text = try await context.step("fetch", retry: patience) {
            try String(contentsOfFile: job.source, encoding: .utf8)
        }
        try await context.save(artifact: "article.md", mediaType: "text/markdown", text)
        return text
    }
}
