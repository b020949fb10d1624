-- Schedules, which follow from the log like all projections.
CREATE TABLE schedules (
    name TEXT PRIMARY KEY NOT NULL,
    due_at INTEGER,                 -- when something has to be done; null while paused and when never due
    behind TEXT,                    -- the job whose end a run waits for; null while paused and when none waits
    detail TEXT NOT NULL            -- the whole schedule as JSON
) STRICT;

CREATE INDEX schedules_due ON schedules (due_at, name) WHERE due_at IS NOT NULL;
CREATE INDEX schedules_waiting ON schedules (name, behind) WHERE behind IS NOT NULL;
