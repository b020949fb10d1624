import HoldfastCore
import Hummingbird

extension Parameters {
    /// The job that the path names.
    ///
    /// - Throws: `JobRejection.unknownJob` when it is no id of a job, which is as good as one that does not
    ///   exist.
    func job() throws(JobRejection) -> JobID {
        guard let id = get("id").flatMap(JobID.init) else { throw .unknownJob }
        return id
    }

    /// The name of an artifact, which is the rest of the path; nil when it can be none.
    func artifact() -> ArtifactName? {
        let parts = getCatchAll().map { QueryParameters.decoded($0, plusIsSpace: false) }
        guard !parts.contains(nil) else { return nil }
        return ArtifactName(rawValue: parts.compactMap(\.self).joined(separator: "/"))
    }
}
