import type { DatabaseSync } from 'node:sqlite';
import { isSealed, type Sealer } from '../../base/sealing.ts';
import { inTransaction } from '../../base/sqlite-database.ts';

/** Where secrets stand in the store: settings by name, and columns. docs/adr/0020 says what is not among them, and why. */
export const SEALED_SETTINGS: ReadonlySet<string> = new Set(['signing_secret']);
export const ROBOT_SECRET_PLACE = 'contacts.dingtalk_secret';
export const ENDPOINT_SECRETS_PLACE = 'endpoint_settings.secrets';
export const settingPlace = (name: string): string => `settings.${name}`;

const SQL = {
  plainContacts: `SELECT account, name, dingtalk_secret AS secret FROM contacts
    WHERE dingtalk_secret IS NOT NULL AND dingtalk_secret NOT LIKE 'sealed:%'`,
  sealContact: 'UPDATE contacts SET dingtalk_secret = ? WHERE account = ? AND name = ?',
  setting: 'SELECT value FROM settings WHERE name = ?',
  sealSetting: 'UPDATE settings SET value = ? WHERE name = ?',
} as const;

/**
 * Seals what a version wrote that did not seal yet. Its plain text must not stay behind: pages are overwritten, and the
 * write-ahead log, which holds the pages before and after, is copied and cut.
 */
export function sealPlainValues(db: DatabaseSync, sealer: Sealer): void {
  const contacts = db.prepare(SQL.plainContacts).all();
  const settings = [...SEALED_SETTINGS].flatMap((name) => {
    const value = db.prepare(SQL.setting).get(name)?.value;
    return typeof value === 'string' && !isSealed(value) ? [{ name, value }] : [];
  });
  if (contacts.length === 0 && settings.length === 0) return;
  db.exec('PRAGMA secure_delete = ON');
  inTransaction(db, () => {
    for (const { account, name, secret } of contacts) {
      const sealed = sealer.seal(secret as string, ROBOT_SECRET_PLACE);
      db.prepare(SQL.sealContact).run(sealed, account as string, name as string);
    }
    for (const { name, value } of settings) {
      db.prepare(SQL.sealSetting).run(sealer.seal(value, settingPlace(name)), name);
    }
  });
  // What was deleted or overwritten before is still in pages that are free.
  db.exec('VACUUM');
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.exec('PRAGMA secure_delete = OFF');
}

/** The stored setting as it is meant. */
export const openedSetting = (name: string, value: string, sealer: Sealer): string =>
  SEALED_SETTINGS.has(name) ? sealer.open(value, settingPlace(name)) : value;

/** As it is stored. */
export const sealedSetting = (name: string, value: string, sealer: Sealer): string =>
  SEALED_SETTINGS.has(name) ? sealer.seal(value, settingPlace(name)) : value;
