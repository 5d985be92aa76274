-- What single callback URLs want otherwise than the rest. An endpoint has one rate and one schedule, whoever sends to it.
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
