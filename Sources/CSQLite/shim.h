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

// Keeps the plan of a statement whatever is bound to it. Else SQLite compiles a statement anew at each run where a value might let
// it use another index, such as one over a part of a table. Returns a result code.
static inline int holdfast_sqlite_keep_plans(sqlite3 *connection) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_QPSG, 1, (int *)0);
}

// Whether a connection was made by this copy of the library: it begins with a pointer to its file system layer, which is
// one of those that this copy knows. It is asked before anything else is done with a connection of unknown origin.
static inline int holdfast_sqlite_owns(const void *connection) {
    const sqlite3_vfs *layer = *(sqlite3_vfs *const *)connection;
    for (const sqlite3_vfs *known = sqlite3_vfs_find((const char *)0); known; known = known->pNext) {
        if (known == layer) return 1;
    }
    return 0;
}
