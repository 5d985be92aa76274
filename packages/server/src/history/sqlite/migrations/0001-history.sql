-- The history of one deployment. `block` is a stretch of two hours since the epoch (core/history/blocks.ts); times are ms.

CREATE TABLE series (
  number      INTEGER PRIMARY KEY,
  account     TEXT    NOT NULL,
  namespace   TEXT    NOT NULL,
  metric_name TEXT    NOT NULL,
  -- dimensionsKey: JSON, so any text is kept exactly.
  dimensions  TEXT    NOT NULL,
  -- The last block known to hold samples of it.
  last_block  INTEGER NOT NULL,
  UNIQUE (account, namespace, metric_name, dimensions)
) STRICT;

-- Samples of one series within one block, compressed (core/history/chunk.ts). The key is one number, so that a row
-- costs little and everything of one block lies together:
--   key = block << 44 | series number << 13 | second within the block of the first sample
CREATE TABLE chunk (
  key   INTEGER PRIMARY KEY,
  bytes BLOB    NOT NULL
) STRICT;

-- The same, downsampled (core/history/buckets.ts): one row for each series and block, key = block << 44 | number << 13.
-- Complete for blocks before `rolled_to`.
CREATE TABLE minute (
  key   INTEGER PRIMARY KEY,
  bytes BLOB    NOT NULL
) STRICT;

CREATE TABLE five_minutes (
  key   INTEGER PRIMARY KEY,
  bytes BLOB    NOT NULL
) STRICT;

-- Up to where each partition of the sample log is in here: written in the transaction of its samples.
CREATE TABLE progress (
  partition INTEGER PRIMARY KEY,
  position  INTEGER NOT NULL,
  time      REAL    NOT NULL
) STRICT;

-- One row: the first block that is not downsampled yet.
CREATE TABLE rolled (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  rolled_to INTEGER NOT NULL
) STRICT;
