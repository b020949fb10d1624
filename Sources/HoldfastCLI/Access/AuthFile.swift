import HoldfastAPI
import HoldfastCore
import HoldfastServer

/// The file that `holdfast serve --auth` reads: who may enter.
///
/// Paths in it are relative to the folder that it lies in.
struct AuthFile {
    /// Who may enter, and how much of the server each caller may take.
    private(set) var access = AccessConfiguration()
    /// The files that others than their owner may read.
    private(set) var openFiles: [String] = []

    /// What it may say.
    static let fields = [
        "api_keys", "hs256_secret_file", "jwks_file", "issuer", "audience", "session_key_file",
        "session_lifetime", "stream_token_lifetime", "limits",
    ]

    /// What it may say in `limits`.
    static let limitFields = [
        "streams_per_caller", "streams_per_address", "requests_per_second", "request_burst", "header_bytes",
        "query_bytes",
    ]

    /// Reads the file and those that it names.
    ///
    /// - Throws: `CommandFailure` that says which field of which file does not fit.
    init(_ path: String) throws(CommandFailure) {
        let file = try open(path)
        do {
            try read(RequestObject(parsing: file.bytes, known: AuthFile.fields), besides: path)
        } catch let fault as RequestFault {
            throw AuthFile.failure(fault, in: path)
        } catch let error as AuthenticationError {
            throw CommandFailure(.badValue, "\(path): \(error)")
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.badValue, "\(path): \(error)")
        }
    }

    private mutating func open(_ path: String) throws(CommandFailure) -> PrivateFile {
        let file = try PrivateFile(path)
        if file.isOpenToOthers { openFiles.append(path) }
        return file
    }

    private mutating func read(_ file: RequestObject, besides path: String) throws {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        func place(_ name: String) throws(RequestFault) -> String? {
            let text = try file.value { fields throws(JSONFieldError) in try fields.string(name) }
            return text.map { $0.hasPrefix("/") ? $0 : folder + $0 }
        }
        var keySet: WebKeySet?
        // Public keys are no secret: whoever wants may read them.
        if let path = try place("jwks_file") {
            keySet = try WebKeySet(json: String(decoding: PrivateFile(path).bytes, as: UTF8.self))
        }
        var authentication = try Authentication(
            apiKeys: try AuthFile.keys(of: file), secret: try secret(at: place("hs256_secret_file")),
            keySet: keySet)
        authentication.issuer = try file.value { fields throws(JSONFieldError) in try fields.string("issuer")
        }
        authentication.audience = try file.value { fields throws(JSONFieldError) in
            try fields.string("audience")
        }
        authentication.sessionKey = try secret(at: place("session_key_file"))
        if let lifetime = try AuthFile.duration("session_lifetime", of: file) {
            authentication.sessionLifetime = lifetime
        }
        if let lifetime = try AuthFile.duration("stream_token_lifetime", of: file) {
            access.streamTokenLifetime = lifetime
        }
        access.limits = try AuthFile.limits(of: file)
        access.authentication = authentication
    }

    private mutating func secret(at path: String?) throws -> Secret? {
        guard let path else { return nil }
        return try Secret(try open(path).secretBytes)
    }

    private static func failure(_ fault: RequestFault, in path: String) -> CommandFailure {
        if case .malformedJSON(let error) = fault { return CommandFailure(.badValue, "\(path) is \(error)") }
        return CommandFailure(.badValue, "\(path): \(fault)")
    }
}

extension AuthFile {
    fileprivate static func keys(of file: RequestObject) throws -> [APIKey] {
        guard let list = file.raw("api_keys") else { return [] }
        guard let entries = JSONValues.elements(list) else {
            throw RequestFault.invalidField("api_keys", expected: "a list of objects")
        }
        return try entries.map { entry in
            let key = try RequestObject(parsing: entry.text.utf8, known: ["name", "sha256", "sub", "roles"])
            let names = try key.value { fields throws(JSONFieldError) in try fields.strings("roles") } ?? []
            let roles = names.compactMap(CallerRole.init(rawValue:))
            guard roles.count == names.count else {
                let all = CallerRole.allCases.map(\.rawValue).joined(separator: ", ")
                throw RequestFault.invalidField("roles", expected: "a list of roles, which are \(all)")
            }
            let (name, sha256, subject): (String, String, Owner) = try key.value {
                fields throws(JSONFieldError) in
                (
                    try fields.required("name", fields.string("name")),
                    try fields.required("sha256", fields.string("sha256")),
                    try fields.required("sub", fields.name("sub"))
                )
            }
            return try APIKey(name: name, sha256: sha256, subject: subject, roles: Set(roles))
        }
    }

    fileprivate static func duration(_ name: String, of file: RequestObject) throws -> Duration? {
        let text = try file.value { fields throws(JSONFieldError) in try fields.string(name) }
        guard let text else { return nil }
        guard let duration = DurationText.duration(text), duration > .zero else {
            throw RequestFault.invalidField(name, expected: "a length of time such as 15m or 12h")
        }
        return duration
    }

    fileprivate static func limits(of file: RequestObject) throws -> RequestLimits? {
        guard let object = try file.object("limits", known: limitFields) else { return nil }
        var limits = RequestLimits()
        func read(_ name: String, _ limit: WritableKeyPath<RequestLimits, Int?>) throws {
            guard object.has(name) else { return }
            let number = try object.value { fields throws(JSONFieldError) in try fields.integer(name) }
            guard number.map({ $0 > 0 }) ?? true else {
                throw RequestFault.invalidField(name, expected: "a number above 0, or null for no limit")
            }
            limits[keyPath: limit] = number.map { Int(clamping: $0) }
        }
        try read("streams_per_caller", \.streamsPerCaller)
        try read("streams_per_address", \.streamsPerAddress)
        try read("requests_per_second", \.requestsPerSecond)
        try read("header_bytes", \.headerBytes)
        try read("query_bytes", \.queryBytes)
        let burst = try object.value { fields throws(JSONFieldError) in try fields.integer("request_burst") }
        if let burst { limits.requestBurst = max(1, Int(clamping: burst)) }
        return limits
    }
}
