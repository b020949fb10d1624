// A client that opens many event streams and measures them, and the least that a server of such streams can do.
#pragma once
#include <stdint.h>

/// What a client saw.
typedef struct {
    /// How many streams were opened.
    int64_t streams;
    /// Events that arrived, over all streams.
    int64_t events;
    /// From the first to the last of them, in seconds.
    double seconds;
    /// From the moment that an event names as `"t":NANOSECONDS` (monotonic clock) to its arrival, in milliseconds.
    double p50, p99;
} floor_stream_result;

/// Opens streams on the loopback address, each with a GET of `path`, and reads them until each has had `events` events
/// or `seconds` are over. An event is a block named `app.emitted`.
///
/// Calls `ready(context)` once every stream has had its first block. Returns 0, or an errno.
int floor_stream_client(int port, const char *path, int streams, int64_t events, double seconds,
                        void (*ready)(void *), void *context, floor_stream_result *result);

/// Serves `streams` readers: accepts them, then appends to `file` with fdatasync and sends each reader one event of
/// `bytes` bytes, `rate` times a second, `count` times. Writes the port to `port` before it accepts. Returns 0, or an errno.
int floor_stream_server(const char *file, int streams, int count, double rate, int bytes, void (*listening)(int, void *),
                        void *context);

/// An event stream that is read only as far as it is asked to.
typedef struct floor_stream floor_stream;

/// What was read of one or of several streams, one after the other.
typedef struct {
    /// Stored events that came whole, and the ids of the first and the last of them.
    int64_t events, first, last;
    /// How often an id was not the one before it and one more.
    int64_t jumps;
    /// The id of the last block, whatever it was.
    int64_t cursor;
} floor_stream_ids;

/// Asks for a stream on the loopback address; `cursor` is the `Last-Event-ID` to send, or negative for none. Returns NULL
/// when it cannot.
floor_stream *floor_stream_open(int port, const char *path, int64_t cursor);

/// Reads up to a block that is named `event`, or, where that is NULL, to the stored event `last`, and adds to `seen` what
/// came. Returns 0, or -1 when the stream ended or broke before, or was quiet for 30 s.
int floor_stream_read(floor_stream *stream, const char *event, int64_t last, floor_stream_ids *seen);

/// Closes the connection.
void floor_stream_close(floor_stream *stream);

/// Nanoseconds of the monotonic clock, which all processes of the machine share.
int64_t floor_monotonic_nanoseconds(void);
