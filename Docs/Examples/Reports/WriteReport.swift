public import Holdfast

/// Asks for a report with a chapter on each topic.
public struct WriteReport: Job {
    /// The stored name.
    public static let kind: JobKind = "reports.write"
    /// The SHA-256 of the report.
    public typealias Output = String
    /// What the chapters are about.
    public var topics: [String]

    /// Asks for a report.
    public init(topics: [String]) { self.topics = topics }
}

/// What a model answers, and what it costs.
public struct Draft: Codable, Sendable {
    /// The chapter.
    public var text: String
    /// The price in dollars.
    public var price: Double

    /// Describes an answer.
    public init(text: String, price: Double) {
        self.text = text
        self.price = price
    }
}

/// Lets a model write the chapters, keeps each as a file, and binds them into one.
public struct WriteReportHandler: JobHandler {
    private let model: @Sendable (String) async throws -> Draft

    /// Makes a handler that asks a model.
    public init(model: @escaping @Sendable (String) async throws -> Draft) { self.model = model }

    /// Writes one report.
    public func run(_ job: WriteReport, _ context: JobContext) async throws -> String {
        for topic in job.topics {
            // The answer is recorded with its price: however often the handler begins again, it is asked for once..
            let draft = try await context.step("draft") { try await model(topic) }
            let name = try ArtifactName(validating: "chapters/\(topic).md")
            try await context.save(artifact: name, mediaType: "text/markdown", draft.text)
            // .. and paid once. When the budget is spent the run ends here.
            try await context.charge(CostAmount(draft.price) ?? .zero, "usd", note: topic)
        }
        let chapters = try await context.artifacts().filter { $0.name.rawValue.hasPrefix("chapters/") }
        let report = try await context.save(
            artifact: "report.md", mediaType: "text/markdown",
            contentsOf: Chapters(files: chapters, context: context))
        return report.sha256
    }
}

/// The bytes of several files one after another, of which only a chunk is in memory at a time.
private struct Chapters: AsyncSequence {
    let files: [ArtifactRecord]
    let context: JobContext

    func makeAsyncIterator() -> Iterator { Iterator(rest: files[...], context: context) }

    struct Iterator: AsyncIteratorProtocol {
        var rest: ArraySlice<ArtifactRecord>
        let context: JobContext
        var file: ArtifactContent.Iterator?

        mutating func next() async throws -> [UInt8]? {
            while true {
                if let chunk = try await file?.next() { return chunk }
                guard let next = rest.popFirst() else { return nil }
                file = context.content(of: next).makeAsyncIterator()
            }
        }
    }
}
