-- The bytes of artifacts, each once, beside the log like `payloads`: no projection. `SELECT content FROM blob_chunks WHERE blob = ..
-- ORDER BY start` gives them in order.
CREATE TABLE blobs (
    id INTEGER PRIMARY KEY,
    sha256 TEXT UNIQUE,             -- of the bytes; null until an event records them
    bytes INTEGER NOT NULL,         -- how many there are so far
    -- While they are written: the upload, and the lease under which it is done. When that ends they are leftovers.
    upload TEXT,
    job TEXT,
    token INTEGER,
    CHECK ((sha256 IS NULL) = (upload IS NOT NULL)),
    CHECK ((upload IS NULL) = (job IS NULL) AND (job IS NULL) = (token IS NULL))
) STRICT;

-- Empty most of the time.
CREATE UNIQUE INDEX blobs_uploads ON blobs (upload) WHERE upload IS NOT NULL;

-- Pieces that are written in one transaction each, so that a large file keeps no other writer waiting.
CREATE TABLE blob_chunks (
    blob INTEGER NOT NULL,
    start INTEGER NOT NULL,         -- the place of its first byte in the whole, from 0
    content BLOB NOT NULL,
    PRIMARY KEY (blob, start)
) STRICT;

-- Which files each job keeps: the last artifact.saved event of each name. It follows from the log.
CREATE TABLE artifacts (
    job TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    position INTEGER NOT NULL,      -- of the event
    PRIMARY KEY (job, name)
) STRICT, WITHOUT ROWID;
