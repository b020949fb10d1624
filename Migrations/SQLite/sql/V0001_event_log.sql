-- The log: the truth, from which every other table but `leases` and `payloads` follows.
-- Times are microseconds since 1970 in UTC; `datetime(at / 1000000, 'unixepoch')` shows them.

-- Who this log is, so that a cursor of another one is noticed. Renewed by a restore.
CREATE TABLE log_identity (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    identity TEXT NOT NULL CHECK (length(identity) = 32)
) STRICT;

INSERT INTO log_identity (one, identity) VALUES (1, lower(hex(randomblob(16))));

-- AUTOINCREMENT keeps the greatest position ever used, so that none is used again, also after pruning.
CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    job TEXT,                       -- null for an event of the engine itself
    version INTEGER,                -- place in the job's own stream, from 1
    kind TEXT NOT NULL,             -- such as job.enqueued
    schema_version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    attempt INTEGER,
    actor TEXT NOT NULL,            -- JSON: {"type":..,"id":..}
    data TEXT NOT NULL,             -- JSON, as every reader gets it
    salt BLOB,                      -- 16 random bytes
    data_hash BLOB NOT NULL,        -- SHA-256(salt, data)
    hash BLOB NOT NULL,             -- SHA-256(hash of the event before, canonical form of this one)
    CHECK ((job IS NULL) = (version IS NULL))
) STRICT;

-- A job's events are found through segments of 4096 positions. With the job as the first column each commit would
-- touch one page for each job that writes; so it touches the few pages of the newest segment, which makes appends of
-- 512 jobs at once twice as fast. A reader visits the segments between the job's first and last event.
CREATE INDEX events_by_job ON events (position >> 12, job);
CREATE INDEX events_logs_by_job ON events (position >> 12, job) WHERE kind = 'log.written';

-- These numbers tell the planner that a segment holds many rows, so that `WHERE job = '..'`, typed by a person, skips
-- from segment to segment instead of reading the whole log.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('events', 'events_by_job', '1000000 4096 8');

CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only: an event is never changed');
END;

CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only: an event is never deleted');
END;

-- INSERT OR REPLACE deletes without asking the trigger above.
CREATE TRIGGER events_refuse_replacement BEFORE INSERT ON events
WHEN NEW.position <= (SELECT max(position) FROM events)
BEGIN
    SELECT RAISE(ABORT, 'events are append-only: a new event stands behind all others');
END;

-- Values too large for their events, by the SHA-256 of their text.
CREATE TABLE payloads (
    sha256 TEXT PRIMARY KEY NOT NULL,
    bytes INTEGER NOT NULL,
    content TEXT NOT NULL
) STRICT;
