-- Users with sessions of their own, and what access keys are for. Until now nobody signed in by name: users was never
-- written, and a session was of nobody in particular. Both are made anew, and people sign in once more.
DROP TABLE users;
DROP TABLE sessions;

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

-- The cookie holds a token, of which only the SHA-256 is kept; session_id names the session to people.
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

-- Keys made before this were all made by a start; the next start that brings a key of its own replaces those.
ALTER TABLE access_keys RENAME COLUMN note TO name;
ALTER TABLE access_keys ADD COLUMN bootstrap INTEGER NOT NULL DEFAULT 1;
ALTER TABLE access_keys ADD COLUMN last_used_at INTEGER;

DROP INDEX access_keys_by_account;
CREATE INDEX access_keys_by_account ON access_keys (account, access_key_id);
