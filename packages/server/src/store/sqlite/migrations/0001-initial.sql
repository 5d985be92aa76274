-- The store as it began. Migrations are immutable once they are on main: a change is a new file with the next number.
-- Times are wall clock ms unless a comment says otherwise. JSON columns hold the types of @cloudbell/core.

CREATE TABLE settings (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Numbers that grow or count, kept in the transaction that changes what they count:
-- 'sequence' and 'attempt' are the last ones given; 'pending' counts deliveries; 'rules:<account>' counts live rules.
CREATE TABLE counters (
  name  TEXT    NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO counters (name, value) VALUES ('sequence', 0), ('attempt', 0), ('pending', 0);

CREATE TABLE access_keys (
  access_key_id TEXT    NOT NULL PRIMARY KEY,
  account       TEXT    NOT NULL,
  secret_hash   TEXT    NOT NULL,
  created_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX access_keys_by_account ON access_keys (account);

CREATE TABLE sessions (
  token_hash TEXT    NOT NULL PRIMARY KEY,
  account    TEXT    NOT NULL,
  user       TEXT    NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Live rules only; the version of a deleted one goes on from its last row in rule_versions.
CREATE TABLE rules (
  account     TEXT    NOT NULL,
  rule_id     TEXT    NOT NULL,
  version     INTEGER NOT NULL,
  namespace   TEXT    NOT NULL,
  metric_name TEXT    NOT NULL,
  search_text TEXT    NOT NULL, -- rule id and name in lower case
  body        TEXT    NOT NULL, -- JSON Rule
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  PRIMARY KEY (account, rule_id)
) STRICT;

-- Every version there ever was, never changed: "why" is answered from here (semantics.md).
CREATE TABLE rule_versions (
  account    TEXT    NOT NULL,
  rule_id    TEXT    NOT NULL,
  version    INTEGER NOT NULL,
  body       TEXT,              -- JSON Rule; null: this version is the deletion
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account, rule_id, version)
) STRICT;

-- Changes on their way to the sample log. AUTOINCREMENT: an id is never given twice, also after rows are gone.
CREATE TABLE log_outbox (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  record TEXT NOT NULL -- JSON LogRecord
) STRICT;

CREATE TABLE fold_positions (
  partition INTEGER PRIMARY KEY,
  epoch     INTEGER NOT NULL,
  position  INTEGER NOT NULL
) STRICT;

-- Where times are equal (many alerts change with one window), lists go on by the key: ids are hashes, and an index
-- that ends in one writes a page per row instead of one per many rows.
CREATE TABLE alerts (
  alert_key INTEGER PRIMARY KEY,
  alert_id  TEXT    NOT NULL UNIQUE,
  account   TEXT    NOT NULL,
  rule_id   TEXT    NOT NULL,
  state     TEXT    NOT NULL,
  since     INTEGER NOT NULL, -- event time, ms
  body      TEXT    NOT NULL  -- JSON Alert
) STRICT;

CREATE INDEX alerts_by_account ON alerts (account, since);
CREATE INDEX alerts_by_state ON alerts (account, state, since);
CREATE INDEX alerts_by_rule ON alerts (account, rule_id, since);

-- One row per step of an alert: a transition, a notification, or the reason why there is none.
CREATE TABLE transitions (
  transition_key INTEGER PRIMARY KEY,
  transition_id  TEXT    NOT NULL UNIQUE, -- <partition>-<position>-<index>
  account        TEXT    NOT NULL,
  rule_id        TEXT    NOT NULL,
  alert_id       TEXT    NOT NULL,
  rule_version   INTEGER NOT NULL,
  dimensions     TEXT    NOT NULL, -- JSON
  instance_name  TEXT,
  transition     TEXT,             -- JSON Transition
  notification   TEXT,             -- JSON NotificationIntent without its rule
  suppressed     TEXT,
  created_at     INTEGER NOT NULL
) STRICT;

CREATE INDEX transitions_by_account ON transitions (account, created_at);
CREATE INDEX transitions_by_rule ON transitions (account, rule_id, created_at);
CREATE INDEX transitions_by_alert ON transitions (account, alert_id, created_at);

-- state, due_at and settled_at together are the outbox; their meaning is told in lanes.ts.
CREATE TABLE deliveries (
  delivery_key    INTEGER PRIMARY KEY,
  delivery_id     TEXT    NOT NULL UNIQUE,
  transition_key  INTEGER NOT NULL REFERENCES transitions (transition_key),
  account         TEXT    NOT NULL,
  rule_id         TEXT    NOT NULL,
  alert_id        TEXT    NOT NULL,
  channel         TEXT    NOT NULL,
  endpoint        TEXT    NOT NULL,
  lane            TEXT    NOT NULL,
  sequence        INTEGER NOT NULL, -- order within the lane; a replay takes a new one
  state           TEXT    NOT NULL,
  due_at          INTEGER,
  settled_at      INTEGER,
  judged_attempts INTEGER NOT NULL,
  replay          INTEGER NOT NULL,
  trigger_level   TEXT    NOT NULL,
  created_at      INTEGER NOT NULL,
  content_type    TEXT    NOT NULL,
  body            BLOB    NOT NULL,
  CHECK (state IN ('pending', 'sending', 'delivered', 'exhausted', 'cancelled')),
  CHECK ((state IN ('pending', 'sending')) = (settled_at IS NULL)),
  CHECK (due_at IS NULL OR state = 'pending')
) STRICT;

CREATE INDEX deliveries_by_transition ON deliveries (transition_key);
CREATE INDEX deliveries_by_account ON deliveries (account, created_at);
CREATE INDEX deliveries_by_rule ON deliveries (account, rule_id, created_at);
CREATE INDEX deliveries_by_endpoint ON deliveries (account, endpoint, created_at);
CREATE INDEX deliveries_unsettled ON deliveries (account, created_at) WHERE settled_at IS NULL;
CREATE INDEX deliveries_failed ON deliveries (account, created_at) WHERE state IN ('exhausted', 'cancelled');
CREATE INDEX deliveries_in_lane ON deliveries (lane, sequence) WHERE settled_at IS NULL;
CREATE INDEX deliveries_in_flight ON deliveries (sequence) WHERE state = 'sending';
CREATE INDEX deliveries_due ON deliveries (due_at, sequence, endpoint) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_due_by_endpoint ON deliveries (endpoint, due_at, sequence) WHERE due_at IS NOT NULL;

-- The ledger. An attempt that carries several deliveries has one row for each, under one attempt id.
CREATE TABLE attempts (
  delivery_key INTEGER NOT NULL REFERENCES deliveries (delivery_key),
  attempt_id   INTEGER NOT NULL,
  started_at   INTEGER NOT NULL,
  outcome      TEXT,    -- null while under way
  duration_ms  REAL,
  status       INTEGER,
  error        TEXT,
  answer       TEXT,
  number       INTEGER, -- judged attempts of the delivery with this one; null when it was not judged
  PRIMARY KEY (delivery_key, attempt_id)
) STRICT, WITHOUT ROWID;
