#pragma once

#include <sqlite3.h>

// SQLITE_TRANSIENT is a macro with a cast, which Swift does not import: "copy the bytes before returning".
static inline sqlite3_destructor_type holdfast_sqlite_transient(void) {
    return SQLITE_TRANSIENT;
}

// Counting the memory of all connections takes one lock for each allocation, and nobody reads the numbers. It has to be
// said before SQLite is used for the first time; later it is refused, which costs speed and nothing else.
static inline void holdfast_sqlite_prepare(void) {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

// Keeps a connection from running triggers; the schema keeps them for everybody else. Returns a result code.
static inline int holdfast_sqlite_skip_triggers(sqlite3 *connection) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)0);
}
