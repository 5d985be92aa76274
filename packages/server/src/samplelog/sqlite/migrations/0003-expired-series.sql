-- A series that left memory is kept until the entry that says so is trimmed: entries before it may still use its id.
ALTER TABLE series ADD COLUMN expired_at INTEGER;

CREATE INDEX series_expired ON series (partition, expired_at) WHERE expired_at IS NOT NULL;
