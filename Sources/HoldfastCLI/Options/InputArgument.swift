import HoldfastCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where the input of a job comes from: the command line, a file or standard input.
enum InputArgument: Hashable {
    case text(String)
    case file(String)
    case standardInput

    /// The most bytes that are read before white space is taken out; far more than a payload may have.
    private static let longest = 64 * 1024 * 1024

    /// Reads `JSON`, `@FILE` or `-`.
    init(_ argument: String) {
        if argument == "-" {
            self = .standardInput
        } else if argument.hasPrefix("@") {
            self = .file(String(argument.dropFirst()))
        } else {
            self = .text(argument)
        }
    }

    /// Reads the value.
    ///
    /// - Throws: `CommandFailure` when it cannot be read or is not JSON.
    func value(of option: String = "--input", in surroundings: CommandSurroundings) throws -> JSONText {
        switch self {
        case .text(let text): return try json(text, from: option)
        case .standardInput:
            return try json(try text(of: surroundings.input, named: "standard input"), from: "standard input")
        case .file(let path):
            let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
            guard descriptor >= 0 else { throw Self.failure(path, errno) }
            defer { close(descriptor) }
            return try json(try text(of: descriptor, named: path), from: path)
        }
    }

    private func json(_ text: String, from place: String) throws -> JSONText {
        do {
            return try JSONText(validating: text)
        } catch {
            throw CommandFailure(
                .badValue,
                "what \(place) holds is \(error); give JSON such as '{\"path\":\"/usr\"}', @FILE or -")
        }
    }

    private func text(of descriptor: Int32, named name: String) throws -> String {
        var bytes: [UInt8] = []
        var page = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &page, page.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw Self.failure(name, errno)
            }
            if count == 0 { break }
            bytes += page.prefix(count)
            guard bytes.count <= Self.longest else {
                throw CommandFailure(
                    .badValue,
                    "\(name) has more than \(HumanUnits.bytes(Int64(Self.longest))); save it and pass its path"
                )
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.badValue, "\(name) is not UTF-8, which JSON has to be")
        }
        return text
    }

    private static func failure(_ name: String, _ code: Int32) -> CommandFailure {
        let reason = String(cString: strerror(code))
        switch code {
        case ENOENT, ENOTDIR:
            return CommandFailure(.noSuchFile, "there is no file \(name); check the path behind the @")
        case EISDIR: return CommandFailure(.noSuchFile, "\(name) is a directory; name a file")
        case EACCES, EPERM: return CommandFailure(.notPermitted, "\(name) may not be read (\(reason))")
        default: return CommandFailure(.inputOutput, "\(name) cannot be read (\(reason))")
        }
    }
}
