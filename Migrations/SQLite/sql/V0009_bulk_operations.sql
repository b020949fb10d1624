-- One command to each of many jobs: what was asked for and how far it has come. It follows from the log.
CREATE TABLE bulk_operations (
    -- Where the operation began.
    position INTEGER PRIMARY KEY NOT NULL,
    id TEXT NOT NULL UNIQUE,
    started_at INTEGER NOT NULL,
    actor TEXT NOT NULL,            -- JSON: {"type":..,"id":..}
    work TEXT NOT NULL,             -- JSON: the data of bulk.started
    matched INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    cursor TEXT,                    -- the last job that was looked at
    engine TEXT,                    -- who did the last page
    changed_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;

-- What an engine has to go on with.
CREATE INDEX bulk_operations_unfinished ON bulk_operations (position) WHERE finished_at IS NULL;
