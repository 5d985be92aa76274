import { readdirSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from './sqlite-database.ts';

/**
 * Brings a database to the newest schema. `folder` holds `0001-what-it-does.sql`, `0002-…`: numbered without holes and
 * never edited once released. `PRAGMA user_version` is the number of the last one applied; each runs in a transaction
 * of its own together with that number, so a crash half way is taken up where it stopped.
 * Throws when the file was written by a newer Cloudbell: reading it with an older one could only do harm.
 */
export function migrate(db: DatabaseSync, folder: URL): void {
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}-.*\.sql$/.test(name))
    .sort();
  files.forEach((name, index) => {
    if (Number(name.slice(0, 4)) !== index + 1) throw new Error(`migration ${index + 1} is missing before ${name}`);
  });
  const applied = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (applied > files.length) {
    throw new Error(`the database has schema ${applied}, this version of Cloudbell knows up to ${files.length}`);
  }
  for (const [index, name] of files.slice(applied).entries()) {
    const sql = readFileSync(new URL(name, folder), 'utf8');
    inTransaction(db, () => db.exec(`${sql}\n;PRAGMA user_version = ${applied + index + 1}`));
  }
}
