-- The sample log of one deployment. Every table is keyed by partition; times are ms.

-- One row per group commit. `bytes` is what core/alert/log-codec.ts wrote.
CREATE TABLE entry (
  partition INTEGER NOT NULL,
  position  INTEGER NOT NULL,
  time      REAL    NOT NULL,
  skew      REAL    NOT NULL,
  bytes     BLOB    NOT NULL,
  PRIMARY KEY (partition, position)
) STRICT;

-- Where a partition ends: kept when its entries are trimmed, and moved ahead without any by skipTo.
CREATE TABLE tail (
  partition    INTEGER PRIMARY KEY,
  position     INTEGER NOT NULL,
  time         REAL    NOT NULL,
  skew         REAL    NOT NULL,
  series_count INTEGER NOT NULL
) STRICT;

-- The series that `series` records defined, written in the transaction of their entry. Ids are dense from 0.
-- JSON, because it keeps any text exactly (NUL, lone surrogates), which TEXT in UTF-8 does not.
CREATE TABLE series (
  partition  INTEGER NOT NULL,
  id         INTEGER NOT NULL,
  definition TEXT    NOT NULL,
  PRIMARY KEY (partition, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
  partition    INTEGER PRIMARY KEY,
  position     INTEGER NOT NULL,
  fold_version INTEGER NOT NULL,
  bytes        BLOB    NOT NULL
) STRICT;
