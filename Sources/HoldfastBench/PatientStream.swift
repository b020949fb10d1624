import CBenchFloor
import HoldfastCore

/// A connection to an event stream from which nothing is taken unless somebody asks for it.
///
/// Reading blocks the thread.
final class PatientStream {
    private let stream: OpaquePointer

    /// Asks for a stream.
    ///
    /// - Throws: `StreamClientFault` when it is not opened.
    init(port: Int, _ path: String, after cursor: Int64? = nil) throws {
        guard let stream = floor_stream_open(Int32(port), path, cursor ?? -1) else {
            throw StreamClientFault()
        }
        self.stream = stream
    }

    deinit { floor_stream_close(stream) }

    /// Reads up to a block of a name.
    ///
    /// - Throws: `StreamClientFault` when the stream ends before.
    func read(through event: String, _ seen: inout floor_stream_ids) throws {
        guard floor_stream_read(stream, event, 0, &seen) == 0 else { throw StreamClientFault() }
    }

    /// Reads up to a stored event.
    ///
    /// - Returns: Whether it came.
    func read(upTo position: Int64, _ seen: inout floor_stream_ids) -> Bool {
        floor_stream_read(stream, nil, position, &seen) == 0
    }
}
