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
}
