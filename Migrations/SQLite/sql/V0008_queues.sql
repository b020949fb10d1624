-- Limits of queues. All of it follows from the log.

-- What a queue allows and who paused it; a queue that nobody ever configured or paused has no row.
CREATE TABLE queues (
    name TEXT PRIMARY KEY NOT NULL,
    limits TEXT NOT NULL,           -- JSON
    pause TEXT,                     -- JSON; null while the queue starts jobs
    rate_due INTEGER                -- the start that is due in theory under the rate
) STRICT, WITHOUT ROWID;

-- What a job's queue counts it under, such as a customer.
ALTER TABLE jobs ADD COLUMN limit_key TEXT;

-- Jobs with a limit key are in indexes of their own, so that those without one cost what they did before.
DROP INDEX jobs_queued;
CREATE INDEX jobs_queued ON jobs (queue, kind, priority DESC, id) WHERE state = 'queued' AND limit_key IS NULL;
CREATE INDEX jobs_queued_with_key ON jobs (queue, kind, priority DESC, id)
    WHERE state = 'queued' AND limit_key IS NOT NULL;
CREATE INDEX jobs_queued_by_key ON jobs (queue, kind, limit_key, priority DESC, id)
    WHERE state = 'queued' AND limit_key IS NOT NULL;

-- The first queued job of each limit key and kind: what a claim looks at, so that the jobs behind it are not in the way.
CREATE TABLE queue_heads (
    queue TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    priority INTEGER NOT NULL,
    job TEXT NOT NULL,
    PRIMARY KEY (queue, kind, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX queue_heads_in_order ON queue_heads (queue, kind, priority DESC, job);

-- How many jobs of each limit key run. A row at zero is removed.
CREATE TABLE running_keys (
    queue TEXT NOT NULL,
    key TEXT NOT NULL,
    jobs INTEGER NOT NULL,
    PRIMARY KEY (queue, key)
) STRICT, WITHOUT ROWID;
