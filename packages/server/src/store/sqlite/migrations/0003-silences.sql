-- Silences and acknowledgements. The store is the truth for both; the fold learns of them by records in the log.
CREATE TABLE silences (
  silence_key INTEGER PRIMARY KEY,
  account     TEXT    NOT NULL,
  silence_id  TEXT    NOT NULL,
  starts_at   INTEGER NOT NULL, -- event time, ms
  ends_at     INTEGER NOT NULL,
  body        TEXT    NOT NULL, -- JSON Silence
  changed_by  TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  UNIQUE (account, silence_id)
) STRICT;

CREATE INDEX silences_by_end ON silences (account, ends_at);

-- Counts the writes of silences: whoever shows them looks again when it has grown.
INSERT INTO counters (name, value) VALUES ('silence_writes', 0);

-- What people said about alerts, never changed: the last row of (alert_id, since) says whether it is acknowledged now.
-- AUTOINCREMENT: a number is never given twice, and the fold goes by it.
CREATE TABLE acknowledgements (
  number    INTEGER PRIMARY KEY AUTOINCREMENT,
  account   TEXT    NOT NULL,
  alert_id  TEXT    NOT NULL,
  since     INTEGER NOT NULL, -- of the alert as it was seen, as in alerts
  withdrawn INTEGER NOT NULL, -- 1: takes the one before back
  who       TEXT    NOT NULL,
  note      TEXT    NOT NULL,
  at        INTEGER NOT NULL
) STRICT;

CREATE INDEX acknowledgements_by_alert ON acknowledgements (alert_id, since);
