-- Contacts and their groups, the people who sign in, and what an access key may do.
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

CREATE TABLE contact_groups (
  account TEXT NOT NULL,
  name    TEXT NOT NULL,
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

-- contact_name may name a contact that does not exist yet.
CREATE TABLE contact_group_members (
  account      TEXT NOT NULL,
  group_name   TEXT NOT NULL,
  contact_name TEXT NOT NULL,
  PRIMARY KEY (account, group_name, contact_name),
  FOREIGN KEY (account, group_name) REFERENCES contact_groups (account, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX contact_group_members_by_contact ON contact_group_members (account, contact_name);

-- People sign in by name alone, so a name is of one account only.
CREATE TABLE users (
  name          TEXT    NOT NULL PRIMARY KEY,
  account       TEXT    NOT NULL,
  role          TEXT    NOT NULL,
  password_hash TEXT    NOT NULL,
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  CHECK (role IN ('viewer', 'editor', 'admin'))
) STRICT, WITHOUT ROWID;

CREATE INDEX users_by_account ON users (account, name);
CREATE INDEX sessions_by_user ON sessions (user);

-- Keys made before there were roles could do everything, and still can.
ALTER TABLE access_keys ADD COLUMN role TEXT NOT NULL DEFAULT 'admin' CHECK (role IN ('viewer', 'editor', 'admin'));
ALTER TABLE access_keys ADD COLUMN note TEXT NOT NULL DEFAULT '';
