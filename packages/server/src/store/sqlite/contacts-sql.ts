/** The statements of contacts and groups, in one place for review and for the tests of query plans. */
const CONTACT = 'account, name, email, dingtalk_webhook, dingtalk_secret, created_at, updated_at';

/** `names`, a JSON list or null, narrows a list to those. */
const PAGE = `account = :account AND name > :after
    AND (:names IS NULL OR name IN (SELECT value FROM json_each(:names))) ORDER BY name LIMIT :limit`;

export const CONTACTS_SQL = {
  get: `SELECT ${CONTACT} FROM contacts WHERE account = ? AND name = ?`,
  list: `SELECT ${CONTACT} FROM contacts WHERE ${PAGE}`,
  count: 'SELECT count(*) AS count FROM contacts WHERE account = ?',
  put: `INSERT INTO contacts (${CONTACT}) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (account, name) DO UPDATE SET email = excluded.email, dingtalk_webhook = excluded.dingtalk_webhook,
      dingtalk_secret = excluded.dingtalk_secret, updated_at = excluded.updated_at`,
  remove: 'DELETE FROM contacts WHERE account = ? AND name = ?',
  /** Contacts that share a robot should agree on its secret; where they do not, the last word counts. */
  robotSecret: `SELECT dingtalk_secret AS secret FROM contacts
    WHERE dingtalk_webhook = ? AND dingtalk_secret IS NOT NULL ORDER BY updated_at DESC LIMIT 1`,
  ofGroups: `SELECT ${CONTACT} FROM contacts
    WHERE account = :account AND name IN (SELECT contact_name FROM contact_group_members
      WHERE account = :account AND group_name IN (SELECT value FROM json_each(:groups)))
    ORDER BY name`,
} as const;

const GROUP = `name, (SELECT json_group_array(contact_name ORDER BY contact_name) FROM contact_group_members AS member
    WHERE member.account = contact_groups.account AND member.group_name = contact_groups.name) AS contacts`;

export const CONTACT_GROUPS_SQL = {
  get: `SELECT ${GROUP} FROM contact_groups WHERE account = ? AND name = ?`,
  list: `SELECT ${GROUP} FROM contact_groups WHERE ${PAGE}`,
  count: 'SELECT count(*) AS count FROM contact_groups WHERE account = ?',
  insert: 'INSERT INTO contact_groups (account, name) VALUES (?, ?)',
  remove: 'DELETE FROM contact_groups WHERE account = ? AND name = ?',
  addMembers: `INSERT INTO contact_group_members (account, group_name, contact_name)
    SELECT DISTINCT :account, :name, value FROM json_each(:contacts)`,
  removeMembers: 'DELETE FROM contact_group_members WHERE account = ? AND group_name = ?',
  forgetContact: 'DELETE FROM contact_group_members WHERE account = ? AND contact_name = ?',
} as const;
