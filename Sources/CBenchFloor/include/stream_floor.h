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

/// Nanoseconds of the monotonic clock, which all processes of the machine share.
int64_t floor_monotonic_nanoseconds(void);
