/// One text file of the repository, as a rule sees it.
struct SourceFile: Sendable {
    /// The path from the root of the repository, with slashes.
    let path: String
    /// The lines as they stand; the first one has the number 1.
    let lines: [String]
    /// The parts of a Swift file; nil for other files.
    let swift: SwiftSource?

    init(_ path: String, _ text: String) {
        self.path = path
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        self.lines = lines
        swift = path.hasSuffix(".swift") ? SwiftSource(text) : nil
    }

    /// The folder that makes a target: two components of the path, three for an example.
    var target: String {
        path.split(separator: "/").prefix(path.hasPrefix("Docs/Examples/") ? 3 : 2).joined(separator: "/")
    }

    /// Tells whether the file lies in one of the folders, each written with its closing slash.
    func lies(in folders: [String]) -> Bool {
        folders.contains { path.hasPrefix($0) }
    }

    /// Makes one finding for each line of code in which the pattern occurs.
    func findings(_ message: String, inCode matches: (String) -> Bool) -> [Finding] {
        findings(message, in: swift?.codeLines ?? [], where: matches)
    }

    /// Makes one finding for each of the lines in which the pattern occurs.
    func findings(_ message: String, in lines: [String], where matches: (String) -> Bool) -> [Finding] {
        lines.enumerated().filter { matches($0.element) }
            .map { Finding(path: path, line: $0.offset + 1, message: message) }
    }
}

/// One place that breaks a rule, and what to do about it.
struct Finding: Sendable, CustomStringConvertible {
    let path: String
    /// Counted from 1; also 1 when the whole file is meant.
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}

/// A rule of the house: a function from one file to what it finds wrong in it.
typealias HouseRule = @Sendable (SourceFile) -> [Finding]

extension Regex {
    /// The same pattern with `\b` at every change between word characters and others.
    ///
    /// By default a boundary follows Unicode's rules for prose, for which `Task.sleep` is one word.
    var simpleWords: Regex<Output> { wordBoundaryKind(.simple) }
}
