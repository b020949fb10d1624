-- Which job keeps a key: the newest one of it that has not ended, however many ended since and before.
CREATE INDEX jobs_by_unfinished_key ON jobs (key, kind, owner, id) WHERE key IS NOT NULL AND finished_at IS NULL;
