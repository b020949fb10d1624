#pragma once

#include <sqlite3.h>

// SQLITE_TRANSIENT is a macro with a cast, which Swift does not import: "copy the bytes before returning".
static inline sqlite3_destructor_type holdfast_sqlite_transient(void) {
    return SQLITE_TRANSIENT;
}
