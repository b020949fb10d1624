-- What the state of all jobs at a moment of the past is found by. It follows from the log, but for the indexes.

-- Which event stands for a moment: that with the greatest (at, position) not after it.
CREATE INDEX events_by_time ON events (at);
-- The few events of the engine itself among all others.
CREATE INDEX events_of_engine ON events (position) WHERE job IS NULL;

-- Since which event the job is in its state. The refold that follows this migration fills it.
ALTER TABLE jobs ADD COLUMN state_position INTEGER NOT NULL DEFAULT 0;

-- The states that jobs left: from the event that brought the state up to, but without, the event that ended it.
CREATE TABLE past_states (
    ended INTEGER PRIMARY KEY NOT NULL, -- position of the event that ended it, which no two have in common
    began INTEGER NOT NULL,             -- position of the event that brought it
    state TEXT NOT NULL,
    size INTEGER NOT NULL,              -- how many bits the number of positions in between has
    job INTEGER NOT NULL                -- first position of the job
) STRICT;

-- By size, because those of one size that hold at a position all end within 2^size positions behind it, and so at least about half of
-- the rows that are looked at are found. Each row is the newest of its size and is appended.
CREATE INDEX past_states_by_size ON past_states (state, size, ended, began, job);

-- The last state that was kept before a position.
CREATE UNIQUE INDEX snapshots_by_position ON snapshots (job, position);
