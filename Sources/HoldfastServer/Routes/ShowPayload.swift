import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `GET /v1/jobs/:id/payloads/:sha256`: a large value that an event of the job refers to.
    ///
    /// A value that only other jobs refer to is not there: who may see a job may see its values and no
    /// others.
    func showPayload(_ request: Request, _ path: Parameters) async throws -> Response {
        let id = try path.job()
        guard let reference = try await reference(to: path.get("sha256") ?? "", in: id) else {
            throw RouteFault.unknownPayload
        }
        return .json(try await engine.log.value(of: .stored(reference)))
    }

    private func reference(to digest: String, in job: JobID) async throws -> PayloadReference? {
        var query = EventQuery(job: job, kinds: JobEvent.kindsWithPayloads)
        var isKnown = false
        while true {
            let asked = query
            let page = try await engine.log.read { try $0.events(asked) }
            for event in page.events where event.data.text.contains(digest) {
                guard case .job(let event) = try event.decoded().event,
                    case .stored(let reference) = event.payload, reference.sha256 == digest
                else { continue }
                return reference
            }
            isKnown = isKnown || !page.events.isEmpty
            guard let last = page.events.last, page.events.count == query.limit else { break }
            query.after = last.position
        }
        guard isKnown else { throw JobRejection.unknownJob }
        return nil
    }
}
