import HoldfastCore

/// Why an endpoint refuses a request, beside what the request itself and the engine say.
enum RouteFault: Error, Hashable, Sendable {
    /// The body has more bytes than are read.
    case bodyTooLarge(limit: Int)
    /// The client stopped sending in the middle of the body.
    case bodyCutOff
    /// No worker ever announced this kind of job here, but these.
    case unknownKind(JobKind, known: [JobKind])
    /// No event of the job refers to such a value.
    case unknownPayload
    /// The job keeps no artifact of this name.
    case unknownArtifact
    /// The range lies outside of the bytes that there are.
    case rangeOutside(bytes: Int64)
    /// The cursor is beyond the end of the log.
    case foreignCursor(log: String, earliest: EventLogPosition, tail: EventLogPosition)
    /// The events after the cursor were pruned.
    case prunedCursor(earliest: EventLogPosition)
    /// The job was archived into a segment file of this name, and pruned.
    case archived(segment: String)
    /// The request names a host that this server is not.
    case wrongHost(String)
    /// A page of another site sent the request.
    case crossSite
    /// A part of the path is no name.
    case malformedName(String)
    /// The server cannot do it now.
    case unavailable(String)
}
