import type { DatabaseSync } from 'node:sqlite';
import type { Random } from '../../base/random.ts';

/**
 * A store's generation is a random name it gets when it is made and again when it is restored from a backup. It is
 * part of every notification id, because positions alone repeat: a fresh store counts from the start, and a restored
 * one counts again over positions whose notifications went out after the backup. A receiver that drops ids it has
 * seen (`webhook-id`) would otherwise drop a new alert.
 */
const SETTING = 'store.generation';
const BYTES = 8;

export function ensureGeneration(db: DatabaseSync, random: Random): string {
  const known = db.prepare('SELECT value FROM settings WHERE name = ?').get(SETTING)?.value;
  return typeof known === 'string' ? known : renewGeneration(db, random);
}

export function renewGeneration(db: DatabaseSync, random: Random): string {
  const generation = Buffer.from(random.bytes(BYTES)).toString('hex');
  db.prepare(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  ).run(SETTING, generation);
  return generation;
}
