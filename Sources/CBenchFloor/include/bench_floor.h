// What the disk and SQLite give without Holdfast: the loops that the benchmarks are compared with.
#pragma once
#include <stdint.h>
#include "stream_floor.h"

/// Inserts one row a transaction into a new database at `path` (WAL, synchronous=FULL) for `seconds`, with the columns
/// of the event table. Returns transactions a second, or a negative SQLite code.
double floor_insert_loop(const char *path, double seconds);

/// Appends 4 KiB and calls fdatasync, for `seconds`. Returns the median in microseconds, or -1.
double floor_fdatasync(const char *path, double seconds);

/// Runs a SELECT on the database at `path` and reads all columns of all rows; `rows` gets their number. Returns seconds, or a
/// negative SQLite code.
double floor_select(const char *path, const char *sql, int64_t *rows);

/// Gives memory that nobody uses back to the system, where the allocator can, so that what is left is in use.
void floor_trim_memory(void);

/// Bytes that were allocated and not freed; 0 where the allocator does not tell.
int64_t floor_heap_bytes(void);
