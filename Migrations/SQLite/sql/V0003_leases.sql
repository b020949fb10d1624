-- Who runs which job until when. The expiry is the one fact that is not in the log: a renewal is no event.
-- No index beside the key: the table has a row for each running job only, and it changes with every claim.
CREATE TABLE leases (
    job TEXT PRIMARY KEY NOT NULL,
    token INTEGER NOT NULL,         -- position of the claim's job.started event
    worker TEXT NOT NULL,
    engine TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
