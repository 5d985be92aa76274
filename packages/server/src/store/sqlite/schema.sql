CREATE TABLE access_keys (
  access_key_id TEXT    NOT NULL PRIMARY KEY,
  account       TEXT    NOT NULL,
  secret_hash   TEXT    NOT NULL,
  created_at    INTEGER NOT NULL
, role TEXT NOT NULL DEFAULT 'admin' CHECK (role IN ('viewer', 'editor', 'admin')), name TEXT NOT NULL DEFAULT '', bootstrap INTEGER NOT NULL DEFAULT 1, last_used_at INTEGER) STRICT, WITHOUT ROWID;

CREATE INDEX access_keys_by_account ON access_keys (account, access_key_id);

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

CREATE INDEX alerts_by_rule ON alerts (account, rule_id, since);

CREATE INDEX alerts_by_state ON alerts (account, state, since);

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

CREATE TABLE contact_group_members (
  account      TEXT NOT NULL,
  group_name   TEXT NOT NULL,
  contact_name TEXT NOT NULL,
  PRIMARY KEY (account, group_name, contact_name),
  FOREIGN KEY (account, group_name) REFERENCES contact_groups (account, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX contact_group_members_by_contact ON contact_group_members (account, contact_name);

CREATE TABLE contact_groups (
  account TEXT NOT NULL,
  name    TEXT NOT NULL,
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE contacts (
  account          TEXT    NOT NULL,
  name             TEXT    NOT NULL,
  email            TEXT,
  dingtalk_webhook TEXT,
  dingtalk_secret  TEXT,             -- as given: messages are signed with it
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX contacts_by_robot ON contacts (dingtalk_webhook, updated_at) WHERE dingtalk_webhook IS NOT NULL;

CREATE TABLE counters (
  name  TEXT    NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE INDEX deliveries_by_account ON deliveries (account, created_at);

CREATE INDEX deliveries_by_endpoint ON deliveries (account, endpoint, created_at);

CREATE INDEX deliveries_by_rule ON deliveries (account, rule_id, created_at);

CREATE INDEX deliveries_by_transition ON deliveries (transition_key);

CREATE INDEX deliveries_due ON deliveries (due_at, sequence, endpoint) WHERE due_at IS NOT NULL;

CREATE INDEX deliveries_due_by_endpoint ON deliveries (endpoint, due_at, sequence) WHERE due_at IS NOT NULL;

CREATE INDEX deliveries_failed ON deliveries (account, created_at) WHERE state IN ('exhausted', 'cancelled');

CREATE INDEX deliveries_in_flight ON deliveries (sequence) WHERE state = 'sending';

CREATE INDEX deliveries_in_lane ON deliveries (lane, sequence) WHERE settled_at IS NULL;

CREATE INDEX deliveries_unsettled ON deliveries (account, created_at) WHERE settled_at IS NULL;

CREATE TABLE endpoint_settings (
  account    TEXT    NOT NULL,
  name       TEXT    NOT NULL,
  endpoint   TEXT    NOT NULL UNIQUE,
  body       TEXT    NOT NULL, -- JSON: what is no secret
  secrets    TEXT    NOT NULL, -- sealed JSON: headers, auth, signing
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE event_notifications (
  account     TEXT    NOT NULL,
  rule_id     TEXT    NOT NULL,
  resource    TEXT    NOT NULL, -- canonical dimensions
  name        TEXT    NOT NULL,
  notified_at INTEGER NOT NULL,
  PRIMARY KEY (account, rule_id, resource, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE event_rule_versions (
  account    TEXT    NOT NULL,
  rule_id    TEXT    NOT NULL,
  version    INTEGER NOT NULL,
  body       TEXT,              -- JSON EventRule; null: this version is the deletion
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account, rule_id, version)
) STRICT;

CREATE TABLE event_rules (
  account     TEXT    NOT NULL,
  rule_id     TEXT    NOT NULL,
  version     INTEGER NOT NULL,
  enabled     INTEGER NOT NULL,
  product     TEXT,             -- null: every product
  search_text TEXT    NOT NULL, -- rule id and name in lower case
  body        TEXT    NOT NULL, -- JSON EventRule
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  PRIMARY KEY (account, rule_id)
) STRICT;

CREATE INDEX event_rules_by_product ON event_rules (account, product, rule_id) WHERE enabled = 1;

CREATE TABLE events (
  event_key     INTEGER PRIMARY KEY,
  event_id      TEXT    NOT NULL UNIQUE,
  account       TEXT    NOT NULL,
  product       TEXT    NOT NULL,
  type          TEXT    NOT NULL,
  level         TEXT    NOT NULL,
  name          TEXT    NOT NULL,
  status        TEXT    NOT NULL,
  content       TEXT    NOT NULL, -- JSON: a text or an object
  resource_id   TEXT,
  instance_name TEXT,
  timestamp     INTEGER NOT NULL, -- by the sender's clock, ms
  created_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX events_by_account ON events (account, created_at);

CREATE INDEX events_by_level ON events (account, level, created_at);

CREATE INDEX events_by_name ON events (account, name, created_at);

CREATE INDEX events_by_product ON events (account, product, created_at);

CREATE INDEX events_by_resource ON events (account, resource_id, created_at) WHERE resource_id IS NOT NULL;

CREATE TABLE failing_endpoints (
  endpoint TEXT    NOT NULL PRIMARY KEY,
  channel  TEXT    NOT NULL,
  since    INTEGER NOT NULL -- wall clock, ms: the first of those failures
) STRICT, WITHOUT ROWID;

CREATE TABLE fold_positions (
  partition INTEGER PRIMARY KEY,
  epoch     INTEGER NOT NULL,
  position  INTEGER NOT NULL
) STRICT;

CREATE TABLE log_outbox (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  record TEXT NOT NULL -- JSON LogRecord
) STRICT;

CREATE TABLE rule_versions (
  account    TEXT    NOT NULL,
  rule_id    TEXT    NOT NULL,
  version    INTEGER NOT NULL,
  body       TEXT,              -- JSON Rule; null: this version is the deletion
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account, rule_id, version)
) STRICT;

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

CREATE TABLE schema_migrations (
          number     INTEGER PRIMARY KEY,
          name       TEXT    NOT NULL,
          sha256     TEXT    NOT NULL,
          applied_at INTEGER NOT NULL
        ) STRICT;

CREATE TABLE sessions (
  token_hash TEXT    NOT NULL PRIMARY KEY,
  session_id TEXT    NOT NULL UNIQUE,
  account    TEXT    NOT NULL,
  user       TEXT    NOT NULL,
  address    TEXT    NOT NULL,
  user_agent TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  FOREIGN KEY (account, user) REFERENCES users (account, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE INDEX sessions_by_user ON sessions (account, user, created_at);

CREATE TABLE settings (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

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
, event_key INTEGER REFERENCES events (event_key)) STRICT;

CREATE INDEX transitions_by_account ON transitions (account, created_at);

CREATE INDEX transitions_by_alert ON transitions (account, alert_id, created_at);

CREATE INDEX transitions_by_event ON transitions (event_key) WHERE event_key IS NOT NULL;

CREATE INDEX transitions_by_rule ON transitions (account, rule_id, created_at);

CREATE TABLE users (
  account         TEXT    NOT NULL,
  name            TEXT    NOT NULL,
  role            TEXT    NOT NULL,
  enabled         INTEGER NOT NULL,
  password_hash   TEXT    NOT NULL, -- scrypt$N$r$p$salt$hash
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,
  last_sign_in_at INTEGER,
  PRIMARY KEY (account, name),
  CHECK (role IN ('viewer', 'editor', 'admin')),
  CHECK (enabled IN (0, 1))
) STRICT, WITHOUT ROWID;
