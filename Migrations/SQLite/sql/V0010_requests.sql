-- Which requests were answered with what, so that a request that is sent again is not done again. It follows from the log.
CREATE TABLE requests (
    request TEXT NOT NULL,          -- the client's name for it, such as an Idempotency-Key
    kind TEXT NOT NULL,             -- of the job that it is about; empty for a bulk operation
    owner TEXT NOT NULL,            -- of that job, or whoever asked for the bulk operation; empty for nobody
    sha256 TEXT NOT NULL,           -- of what was asked for
    job TEXT,
    bulk TEXT,
    PRIMARY KEY (request, kind, owner),
    CHECK ((job IS NULL) != (bulk IS NULL))
) STRICT, WITHOUT ROWID;

-- Of what the delivery of a signal brought, which has a request; null in events of the first programs.
ALTER TABLE waits ADD COLUMN request_sha256 TEXT;
