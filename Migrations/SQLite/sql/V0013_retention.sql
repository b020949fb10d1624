-- What is left of jobs that were pruned.

-- Where events were deleted. Like the log it is a truth of its own: the engine.pruned event at `event` holds the SHA-256 over its rows.
CREATE TABLE pruned_ranges (
    first INTEGER PRIMARY KEY NOT NULL,
    last INTEGER NOT NULL,
    last_hash BLOB NOT NULL,            -- of the event that stood at `last`
    event INTEGER NOT NULL,             -- position of the engine.pruned event
    CHECK (first <= last AND length(last_hash) = 32)
) STRICT;

-- The jobs that were pruned. It follows from the engine.pruned events.
CREATE TABLE pruned_jobs (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    first_position INTEGER NOT NULL,
    event INTEGER NOT NULL,             -- position of the last engine.pruned event that names it
    partly INTEGER NOT NULL             -- 1 while more of its events are still there
) STRICT, WITHOUT ROWID;

CREATE INDEX pruned_jobs_partly ON pruned_jobs (id) WHERE partly = 1;

-- Which jobs refer to which large values and files, so that both go with the last job that does. It follows from the log.
CREATE TABLE content_uses (
    sha256 TEXT NOT NULL,
    job TEXT NOT NULL,
    PRIMARY KEY (sha256, job)
) STRICT, WITHOUT ROWID;

-- What retention looks for: jobs of a kind and state that ended long ago, the oldest first.
CREATE INDEX jobs_finished ON jobs (kind, state, finished_at) WHERE finished_at IS NOT NULL;

-- The log as it is may lose events by retention only, and only those of jobs that have ended.
CREATE TRIGGER pruned_ranges_refuse_update BEFORE UPDATE ON pruned_ranges
BEGIN
    SELECT RAISE(ABORT, 'pruned_ranges are append-only: what was pruned stays told');
END;

CREATE TRIGGER pruned_ranges_refuse_delete BEFORE DELETE ON pruned_ranges
BEGIN
    SELECT RAISE(ABORT, 'pruned_ranges are append-only: what was pruned stays told');
END;
