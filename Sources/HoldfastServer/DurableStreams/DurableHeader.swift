import HTTPTypes

/// The headers by which the Durable Streams protocol tells a reader where it stands.
enum DurableHeader: String, CaseIterable {
    /// The offset with which to go on.
    case nextOffset = "Stream-Next-Offset"
    /// What to send back with the next wait.
    case cursor = "Stream-Cursor"
    /// `true` when nothing was left to read.
    case upToDate = "Stream-Up-To-Date"
    /// `true` when nothing was left to read and the job has ended.
    case closed = "Stream-Closed"
}

extension HTTPFields {
    /// One of the protocol's headers.
    subscript(header: DurableHeader) -> String? {
        get { HTTPField.Name(header.rawValue).flatMap { self[$0] } }
        set { if let name = HTTPField.Name(header.rawValue) { self[name] = newValue } }
    }

    /// What every answer of a durable stream has, as section 12.7 advises: it is taken for nothing else, and belongs to
    /// who asked.
    static var durable: HTTPFields {
        var fields: HTTPFields = [.xContentTypeOptions: "nosniff"]
        // A page of another site that may read it does so by CORS, for which this is no matter.
        if let policy = HTTPField.Name("Cross-Origin-Resource-Policy") { fields[policy] = "same-origin" }
        return fields
    }
}
