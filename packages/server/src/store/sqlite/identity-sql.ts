/** The statements of settings, access keys, users and sessions, for review and for the tests of query plans. */
export const SETTINGS_SQL = {
  get: 'SELECT value FROM settings WHERE name = ?',
  initial: 'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING',
  put: 'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
} as const;

const KEY = 'access_key_id, account, name, role, secret_hash, bootstrap, created_at, last_used_at';

export const ACCESS_KEYS_SQL = {
  get: `SELECT ${KEY} FROM access_keys WHERE access_key_id = ?`,
  list: `SELECT ${KEY} FROM access_keys
    WHERE account = :account AND access_key_id > :after ORDER BY access_key_id LIMIT :limit`,
  count: 'SELECT count(*) AS count FROM access_keys WHERE account = ?',
  put: `INSERT INTO access_keys (${KEY}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (access_key_id) DO UPDATE SET account = excluded.account, name = excluded.name, role = excluded.role,
      secret_hash = excluded.secret_hash, bootstrap = excluded.bootstrap, created_at = excluded.created_at,
      last_used_at = excluded.last_used_at`,
  remove: 'DELETE FROM access_keys WHERE account = ? AND access_key_id = ?',
  removeOtherBootstrap: 'DELETE FROM access_keys WHERE account = ? AND bootstrap = 1 AND access_key_id <> ?',
  noteUse: 'UPDATE access_keys SET last_used_at = ? WHERE access_key_id = ?',
} as const;

const USER = 'account, name, role, enabled, created_at, updated_at, last_sign_in_at';

export const USERS_SQL = {
  get: `SELECT ${USER}, password_hash FROM users WHERE account = ? AND name = ?`,
  list: `SELECT ${USER} FROM users WHERE account = :account AND name > :after ORDER BY name LIMIT :limit`,
  count: 'SELECT count(*) AS count FROM users WHERE account = ?',
  otherAdmins: `SELECT count(*) AS count FROM users
    WHERE account = ? AND name <> ? AND role = 'admin' AND enabled = 1`,
  put: `INSERT INTO users (account, name, role, enabled, password_hash, created_at, updated_at)
    VALUES (:account, :name, :role, :enabled, :password_hash, :now, :now)
    ON CONFLICT (account, name) DO UPDATE SET role = excluded.role, enabled = excluded.enabled,
      password_hash = excluded.password_hash, updated_at = excluded.updated_at`,
  remove: 'DELETE FROM users WHERE account = ? AND name = ?',
  noteSignIn: 'UPDATE users SET last_sign_in_at = ? WHERE account = ? AND name = ?',
} as const;

const SESSION =
  'session_id, sessions.account AS account, user, address, user_agent, sessions.created_at AS created_at, expires_at';

export const SESSIONS_SQL = {
  get: `SELECT ${SESSION}, role FROM sessions
    JOIN users ON users.account = sessions.account AND users.name = sessions.user
    WHERE token_hash = ? AND expires_at > ? AND enabled = 1`,
  list: `SELECT ${SESSION} FROM sessions
    WHERE account = ? AND user = ? AND expires_at > ? ORDER BY created_at DESC, token_hash DESC`,
  insert: `INSERT INTO sessions (token_hash, session_id, account, user, address, user_agent, created_at, expires_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  end: 'DELETE FROM sessions WHERE account = ? AND user = ? AND session_id = ?',
  endAll: 'DELETE FROM sessions WHERE account = ? AND user = ?',
  endOthers: 'DELETE FROM sessions WHERE account = ? AND user = ? AND session_id <> ?',
  dropExpired: 'DELETE FROM sessions WHERE expires_at <= ?',
  dropOldest: `DELETE FROM sessions WHERE token_hash IN (SELECT token_hash FROM sessions
    WHERE account = ? AND user = ? ORDER BY created_at DESC, token_hash DESC LIMIT -1 OFFSET ?)`,
} as const;
