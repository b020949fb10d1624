import Foundation

/// A page as it was drafted.
struct Page: Codable, Hashable, Sendable {
    let title: String
    let words: Int
    let html: String

    /// Renders a page; an empty line in the text begins a paragraph.
    init(title: String, text: String) {
        self.title = title
        words = text.split(whereSeparator: \.isWhitespace).count
        let paragraphs = text.split(separator: "\n\n").map { "<p>\(Page.escaped($0))</p>\n" }
        html = "<!doctype html>\n<title>\(Page.escaped(title))</title>\n" + paragraphs.joined()
    }

    private static func escaped(_ text: some StringProtocol) -> String {
        String(
            text.flatMap { character -> String in
                switch character {
                case "&": "&amp;"
                case "<": "&lt;"
                case ">": "&gt;"
                default: String(character)
                }
            })
    }
}

/// A file that readers see whole, be it the old one or the new one.
struct PageFile {
    let path: String

    /// Writes beside it and renames.
    ///
    /// - Throws: `PublishFault`.
    func replace(with text: String) throws {
        let temporary = path + ".new"
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: temporary))
        } catch {
            throw PublishFault("\(temporary) cannot be written: \(error.localizedDescription)")
        }
        guard rename(temporary, path) == 0 else {
            throw PublishFault("\(path) cannot be replaced: \(String(cString: strerror(errno)))")
        }
    }
}

/// Why a page could not be published.
package struct PublishFault: Error, Hashable, CustomStringConvertible {
    /// One sentence.
    package let description: String

    init(_ description: String) { self.description = description }
}
