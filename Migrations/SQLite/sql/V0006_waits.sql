-- What jobs wait for: checkpoints, signals, timers and children. It follows from the log.
CREATE TABLE waits (
    job TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('checkpoint', 'signal', 'timer', 'child')),
    name TEXT NOT NULL,
    occurrence INTEGER NOT NULL,    -- from 1
    status TEXT NOT NULL,
    opened INTEGER NOT NULL,        -- position of the event that opened it
    opened_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    due_at INTEGER,                 -- when it ends by itself; null once it is over
    on_deadline TEXT,
    child TEXT,                     -- the job that is waited for
    request TEXT,                   -- by what a repeated delivery of a signal is known
    result INTEGER,                 -- position of the event that ended it
    PRIMARY KEY (job, type, name, occurrence)
) STRICT, WITHOUT ROWID;

CREATE INDEX waits_due ON waits (due_at, job) WHERE due_at IS NOT NULL;
-- The inbox: what waits for a person, over all jobs, the oldest first.
CREATE INDEX waits_inbox ON waits (opened) WHERE type = 'checkpoint' AND status = 'open';

-- A running job that was asked to stop has a due time as well, so that the table has to be made anew: SQLite cannot
-- change a CHECK. Nothing else about the rows changes.
CREATE TABLE jobs_with_deadlines (
    -- Where the job's events begin, which no two jobs share.
    first_position INTEGER PRIMARY KEY NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    queue TEXT NOT NULL,
    priority INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (
        state IN ('scheduled', 'queued', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled')
    ),
    -- When the engine has to look at the job: when it is due, or when it must have stopped.
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
    CHECK (state != 'scheduled' OR due_at IS NOT NULL)
) STRICT;

INSERT INTO jobs_with_deadlines (first_position, id, kind, queue, priority, state, due_at, key, owner, enqueued_at,
                                 finished_at, last_position, version, detail)
SELECT first_position, id, kind, queue, priority, state, due_at, key, owner, enqueued_at, finished_at, last_position,
       version, detail
  FROM jobs;

DROP TABLE jobs;
ALTER TABLE jobs_with_deadlines RENAME TO jobs;

-- What a worker takes next. By kind first, so that jobs of kinds that nobody runs are not in the way.
CREATE INDEX jobs_queued ON jobs (queue, kind, priority DESC, id) WHERE state = 'queued';
CREATE INDEX jobs_due ON jobs (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX jobs_by_key ON jobs (key, kind, owner, id) WHERE key IS NOT NULL;
-- A job by its id, and the lists, newest first. It holds what the lists are filtered by, so that a rare kind among a
-- million jobs is found without reading their rows. One index for all lists, because each more would be written with
-- each job.
CREATE UNIQUE INDEX jobs_list ON jobs (id, state, kind, queue);
-- What somebody has to look at, however much was completed since.
CREATE INDEX jobs_by_state ON jobs (state, id)
WHERE state IN ('scheduled', 'waiting', 'paused', 'failed', 'cancelled');
-- Which job keeps a key: the newest one of it that has not ended, however many ended since and before.
CREATE INDEX jobs_by_unfinished_key ON jobs (key, kind, owner, id) WHERE key IS NOT NULL AND finished_at IS NULL;
CREATE INDEX jobs_by_owner ON jobs (owner, id) WHERE owner IS NOT NULL;
