#define _GNU_SOURCE
#include "bench_floor.h"

#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double floor_insert_loop(const char *path, double seconds) {
    sqlite3 *db = NULL;
    sqlite3_stmt *begin = NULL, *insert = NULL, *commit = NULL;
    char data[301], job[37], *sql =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000;"
        "CREATE TABLE events(position INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT, version INTEGER, kind TEXT,"
        " schema_version INTEGER, at INTEGER, attempt INTEGER, actor TEXT, data TEXT, salt BLOB, data_hash BLOB,"
        " hash BLOB) STRICT; CREATE INDEX events_by_job ON events(job);";
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK) code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    if (code == SQLITE_OK) code = sqlite3_prepare_v2(db, "BEGIN IMMEDIATE", -1, &begin, NULL);
    if (code == SQLITE_OK) code = sqlite3_prepare_v2(db, "COMMIT", -1, &commit, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(db, "INSERT INTO events VALUES(NULL,?1,?2,'app.emitted',1,?3,1,?4,?5,?6,?7,?7)", -1,
                                  &insert, NULL);
    unsigned char hash[32] = {7}, salt[16] = {9};
    memset(data, 'x', 300);
    data[300] = 0;
    double start = now();
    int64_t count = 0;
    while (code == SQLITE_OK && now() - start < seconds) {
        snprintf(job, sizeof job, "01970000-0000-7000-8000-%012llx", (unsigned long long)(count / 10));
        sqlite3_step(begin);
        sqlite3_reset(begin);
        sqlite3_bind_text(insert, 1, job, 36, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 2, count);
        sqlite3_bind_int64(insert, 3, 1760000000000000 + count);
        sqlite3_bind_text(insert, 4, "{\"type\":\"worker\",\"id\":\"w\"}", -1, SQLITE_STATIC);
        sqlite3_bind_text(insert, 5, data, 300, SQLITE_STATIC);
        sqlite3_bind_blob(insert, 6, salt, 16, SQLITE_STATIC);
        sqlite3_bind_blob(insert, 7, hash, 32, SQLITE_STATIC);
        code = sqlite3_step(insert) == SQLITE_DONE ? SQLITE_OK : sqlite3_errcode(db);
        sqlite3_reset(insert);
        if (code == SQLITE_OK) code = sqlite3_step(commit) == SQLITE_DONE ? SQLITE_OK : sqlite3_errcode(db);
        sqlite3_reset(commit);
        count++;
    }
    double rate = (double)count / (now() - start);
    sqlite3_finalize(begin);
    sqlite3_finalize(insert);
    sqlite3_finalize(commit);
    sqlite3_close(db);
    return code == SQLITE_OK ? rate : -(double)code;
}

double floor_select(const char *path, const char *sql, int64_t *rows) {
    sqlite3 *db = NULL;
    sqlite3_stmt *select = NULL;
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    // Preparing reads the schema, which whoever has the file open has done before.
    if (code == SQLITE_OK) code = sqlite3_prepare_v2(db, sql, -1, &select, NULL);
    double start = now();
    volatile int64_t bytes = 0;
    for (*rows = 0; code == SQLITE_OK && (code = sqlite3_step(select)) == SQLITE_ROW; ++*rows) {
        for (int column = sqlite3_column_count(select); column-- > 0;) {
            sqlite3_column_blob(select, column);
            bytes += sqlite3_column_bytes(select, column);
        }
        code = SQLITE_OK;
    }
    double seconds = now() - start;
    sqlite3_finalize(select);
    sqlite3_close(db);
    return code == SQLITE_DONE ? seconds : -(double)code;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

double floor_fdatasync(const char *path, double seconds) {
    static double samples[200000];
    char page[4096];
    memset(page, 1, sizeof page);
    int file = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return -1;
    size_t count = 0;
    double start = now(), last = start;
    while (last - start < seconds && count < sizeof samples / sizeof *samples) {
        if (write(file, page, sizeof page) != sizeof page) break;
#if defined(__APPLE__)
        fsync(file);
#else
        fdatasync(file);
#endif
        double end = now();
        samples[count++] = end - last;
        last = end;
    }
    close(file);
    unlink(path);
    if (count == 0) return -1;
    qsort(samples, count, sizeof *samples, by_value);
    return samples[count / 2] * 1e6;
}

void floor_trim_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

int64_t floor_heap_bytes(void) {
#ifdef __GLIBC__
    struct mallinfo2 use = mallinfo2();
    return (int64_t)(use.uordblks + use.hblkhd);
#else
    return 0;
#endif
}
