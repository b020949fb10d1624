package import HoldfastCore
import HoldfastEngine

/// Asks for a page to be published once a person approved it: the input of jobs of kind `publish`.
///
/// A relative path is relative to the working directory of the worker's process, so programs that enqueue for
/// another process should name an absolute one.
package struct PublishJob: Job, Hashable {
    package typealias Output = PublishedPage

    package static let kind: JobKind = "publish"

    /// Holds the heading of the page.
    package var title: String
    /// Holds the text, with an empty line between paragraphs.
    package var text: String
    /// Holds the path of the page; what is there is replaced.
    package var output: String
    /// Holds how long a person has to decide, in hours; nil for ever.
    package var timeoutHours: Double?
    /// Holds how long the page is kept back after it was approved, in seconds.
    package var embargoSeconds: Double?

    /// The longest deadline and embargo, in seconds.
    static let longestWait: Double = 100 * 365 * 86_400

    /// Describes a page.
    package init(
        title: String, text: String, output: String, timeoutHours: Double? = nil,
        embargoSeconds: Double? = nil
    ) {
        self.title = title
        self.text = text
        self.output = output
        self.timeoutHours = timeoutHours
        self.embargoSeconds = embargoSeconds
    }

    private enum CodingKeys: String, CodingKey {
        case title, text, output
        case timeoutHours = "timeout_hours"
        case embargoSeconds = "embargo_seconds"
    }
}

/// What was published: the output of a job.
package struct PublishedPage: Codable, Hashable, Sendable {
    /// Where the page is.
    package let path: String
    /// How large it is.
    package let bytes: Int
    /// Who approved it.
    package let approvedBy: String

    private enum CodingKeys: String, CodingKey {
        case path, bytes
        case approvedBy = "approved_by"
    }
}

/// What the person who decides is shown.
package struct PageSummary: Codable, Hashable, Sendable {
    /// The heading of the page.
    package let title: String
    /// How many words its text has.
    package let words: Int
}
