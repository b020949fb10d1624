-- What follows from the log. All of it can be dropped and folded again to identical rows.

-- The state of each job. What is asked for by a filter or an order has a column, the rest is JSON.
CREATE TABLE jobs (
    -- Where the job's events begin, which no two jobs share.
    first_position INTEGER PRIMARY KEY NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    queue TEXT NOT NULL,
    priority INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (
        state IN ('scheduled', 'queued', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled')
    ),
    due_at INTEGER,
    key TEXT,
    owner TEXT,
    enqueued_at INTEGER NOT NULL,
    finished_at INTEGER,
    -- Where the job's events end. While the job runs: where this run began, and the version is null. Most events of a running job
    -- change nothing else, and so they cost no write here; its version is that of its last event.
    last_position INTEGER NOT NULL,
    version INTEGER,
    -- The whole state but its version.
    detail TEXT NOT NULL,
    CHECK ((state = 'running') = (version IS NULL)),
    CHECK ((state = 'scheduled') = (due_at IS NOT NULL))
) STRICT;

-- What a worker takes next. By kind first, so that jobs of kinds that nobody runs are not in the way.
CREATE INDEX jobs_queued ON jobs (queue, kind, priority DESC, id) WHERE state = 'queued';
CREATE INDEX jobs_due ON jobs (due_at, id) WHERE state = 'scheduled';
CREATE INDEX jobs_by_key ON jobs (key, kind, owner, id) WHERE key IS NOT NULL;
-- A job by its id, and the lists, newest first. It holds what the lists are filtered by, so that a rare kind among a
-- million jobs is found without reading their rows. One index for all lists, because each more would be written with
-- each job.
CREATE UNIQUE INDEX jobs_list ON jobs (id, state, kind, queue);
-- What somebody has to look at, however much was completed since.
CREATE INDEX jobs_by_state ON jobs (state, id) WHERE state IN ('scheduled', 'paused', 'failed', 'cancelled');
CREATE INDEX jobs_by_owner ON jobs (owner, id) WHERE owner IS NOT NULL;

CREATE TABLE job_tags (
    tag TEXT NOT NULL,
    job TEXT NOT NULL,
    PRIMARY KEY (tag, job)
) STRICT, WITHOUT ROWID;

CREATE TABLE steps (
    job TEXT NOT NULL,
    name TEXT NOT NULL,
    occurrence INTEGER NOT NULL,    -- from 1
    status TEXT NOT NULL CHECK (status IN ('started', 'completed', 'failed', 'unused')),
    failures INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    position INTEGER,               -- of the event with the result or the error
    duration_us INTEGER,
    retry_at INTEGER,
    PRIMARY KEY (job, name, occurrence)
) STRICT, WITHOUT ROWID;

-- The number of jobs of each queue and state. Nothing ever counts rows; a row at zero is removed.
CREATE TABLE counters (
    queue TEXT NOT NULL,
    state TEXT NOT NULL,
    jobs INTEGER NOT NULL,
    PRIMARY KEY (queue, state)
) STRICT, WITHOUT ROWID;

-- A job's whole state after each 256 of its events.
CREATE TABLE snapshots (
    job TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    state TEXT NOT NULL,            -- JSON
    PRIMARY KEY (job, version)
) STRICT;

-- The kinds that some worker ever announced in this log.
CREATE TABLE worker_kinds (
    kind TEXT PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;
