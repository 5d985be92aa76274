-- Endpoints whose last judged attempts all failed: an episode each, from its beginning until one is accepted.
CREATE TABLE failing_endpoints (
  endpoint TEXT    NOT NULL PRIMARY KEY,
  channel  TEXT    NOT NULL,
  since    INTEGER NOT NULL -- wall clock, ms: the first of those failures
) STRICT, WITHOUT ROWID;
