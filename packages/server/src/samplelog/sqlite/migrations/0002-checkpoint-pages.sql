-- A checkpoint is a head and pages; a save writes the pages that changed under the next generation, and counts once its
-- head is there. So of each page the latest generation up to the head's is the one that holds. A checkpoint of before is
-- of an older fold, which nothing reads any more.
DROP TABLE checkpoint;

CREATE TABLE checkpoint (
  partition    INTEGER PRIMARY KEY,
  position     INTEGER NOT NULL,
  fold_version INTEGER NOT NULL,
  generation   INTEGER NOT NULL,
  head         BLOB    NOT NULL
) STRICT;

CREATE TABLE checkpoint_page (
  partition  INTEGER NOT NULL,
  page       INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  bytes      BLOB    NOT NULL,
  PRIMARY KEY (partition, page, generation)
) STRICT;
