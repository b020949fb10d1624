import HoldfastAPI
public import HoldfastCore
public import Hummingbird

extension Parameters {
    /// The job that the path names at `:id`.
    ///
    /// - Parameter prefix: What stands before the id, such as `wf_`.
    /// - Returns: The job's id.
    /// - Throws: `JobRejection.unknownJob` when it is no id of a job, which is as good as one that does not
    ///   exist.
    public func job(prefixed prefix: String = "") throws(JobRejection) -> JobID {
        guard let text = get("id"), text.hasPrefix(prefix),
            let id = JobID(String(text.dropFirst(prefix.count)))
        else { throw .unknownJob }
        return id
    }

    /// The name of an artifact, which is the rest of the path, at `**`; nil when it can be none.
    public func artifact() -> ArtifactName? {
        let parts = getCatchAll().map { PercentEncoding.decoded($0, plusIsSpace: false) }
        guard !parts.contains(nil) else { return nil }
        return ArtifactName(rawValue: parts.compactMap(\.self).joined(separator: "/"))
    }

    /// A name that is a part of the path.
    ///
    /// - Throws: `RequestFault.invalidParameter` when it cannot be a name.
    func name<Name: TextIdentifier>(
        _ parameter: String = "name", as type: Name.Type = Name.self
    ) throws(RequestFault) -> Name {
        let text = get(parameter).flatMap { PercentEncoding.decoded($0[...], plusIsSpace: false) }
        guard let name = text.flatMap(Name.init(rawValue:)) else {
            throw .invalidParameter(
                parameter, expected: "a name (\(TextIdentifierRules.explanation))")
        }
        return name
    }
}
