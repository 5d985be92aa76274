-- Events, the rules that forward them, and when they last did. JSON columns hold the types of @cloudbell/core.
-- A notification of an event is a row in transitions like that of an alert, so that deliveries, ledger and outbox are
-- the same for both: transition null, event_key set, alert_id the hash of (rule, resource).

INSERT INTO counters (name, value) VALUES ('event', 0);

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
CREATE INDEX events_by_product ON events (account, product, created_at);
CREATE INDEX events_by_level ON events (account, level, created_at);
CREATE INDEX events_by_name ON events (account, name, created_at);
CREATE INDEX events_by_resource ON events (account, resource_id, created_at) WHERE resource_id IS NOT NULL;

ALTER TABLE transitions ADD COLUMN event_key INTEGER REFERENCES events (event_key);

CREATE INDEX transitions_by_event ON transitions (event_key) WHERE event_key IS NOT NULL;

-- Live event rules only; the version of a deleted one goes on from its last row in event_rule_versions.
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

-- Every version there ever was, never changed.
CREATE TABLE event_rule_versions (
  account    TEXT    NOT NULL,
  rule_id    TEXT    NOT NULL,
  version    INTEGER NOT NULL,
  body       TEXT,              -- JSON EventRule; null: this version is the deletion
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account, rule_id, version)
) STRICT;

-- When a rule last notified an event of this name about this resource: what the silence time counts from.
CREATE TABLE event_notifications (
  account     TEXT    NOT NULL,
  rule_id     TEXT    NOT NULL,
  resource    TEXT    NOT NULL, -- canonical dimensions
  name        TEXT    NOT NULL,
  notified_at INTEGER NOT NULL,
  PRIMARY KEY (account, rule_id, resource, name)
) STRICT, WITHOUT ROWID;
