import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { integrityProblems } from './database.ts';
import { STORE_FILE } from './store.ts';

/**
 * A process that writes is killed with SIGKILL at some moment, several times over the same store. Then everything it
 * had been promised must be there, whole, and nothing must be there by half.
 */
const LIVES = 6;
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'cloudbell-crash-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

test('what was promised before a kill is there after it', async () => {
  const promises: string[] = [];
  for (let life = 0; life < LIVES; life++) promises.push(...(await livesUntilKilled(`life${life}`, 300 + 137 * life)));
  const kinds = new Set(promises.map((line) => line.split(' ')[0]));
  expect(kinds).toEqual(new Set(['commit', 'rule', 'attempt', 'delivered']));

  const db = new DatabaseSync(join(dataDir, STORE_FILE));
  try {
    expect(integrityProblems(db)).toEqual([]);
    expect(promises.filter((line) => !kept(db, line))).toEqual([]);
    expect(halves(db)).toEqual([]);
  } finally {
    db.close();
  }
});

/** Its promises, in lines, until it was killed after so many of them. */
async function livesUntilKilled(name: string, lines: number): Promise<string[]> {
  const script = join(import.meta.dirname, 'crash-child.fixture.ts');
  const child = spawn(process.execPath, [script, dataDir, name], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.split('\n').length > lines) child.kill('SIGKILL');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const signal = await ended(child);
  expect([signal, errors]).toEqual(['SIGKILL', '']);
  // The last line may be cut off.
  return output.split('\n').slice(0, -1);
}

function ended(child: ChildProcess): Promise<NodeJS.Signals | null> {
  return new Promise((resolve) => child.once('close', (_code, signal) => resolve(signal)));
}

function kept(db: DatabaseSync, line: string): boolean {
  const [kind = '', what = ''] = line.split(' ');
  const queries: Record<string, string> = {
    commit: 'SELECT 1 FROM alerts WHERE alert_id = ?',
    rule: 'SELECT 1 FROM rules JOIN rule_versions USING (account, rule_id, version) WHERE rule_id = ?',
    attempt: 'SELECT 1 FROM attempts WHERE attempt_id = CAST(? AS INTEGER)',
    delivered: `SELECT 1 FROM deliveries JOIN attempts USING (delivery_key)
      WHERE delivery_id = ? AND state = 'delivered' AND outcome = 'accepted' AND number = 1`,
  };
  return db.prepare(queries[kind] ?? '').get(what) !== undefined;
}

/** What no crash may leave behind, a line each. */
function halves(db: DatabaseSync): string[] {
  const count = (sql: string): number => Number(db.prepare(`SELECT count(*) AS n FROM (${sql})`).get()?.n);
  const position = db.prepare('SELECT position FROM fold_positions').get()?.position;
  const wrong: Record<string, boolean> = {
    'a commit writes two steps with one delivery each':
      count('SELECT 1 FROM transitions') !== 2 * Number(position) ||
      count('SELECT 1 FROM deliveries') !== 2 * Number(position),
    'a rule without its change for the log': count('SELECT 1 FROM rules') !== count('SELECT 1 FROM log_outbox'),
    'sending without an attempt under way':
      count("SELECT 1 FROM deliveries WHERE state = 'sending'") !==
      count('SELECT 1 FROM attempts WHERE outcome IS NULL'),
    'pending miscounted':
      count("SELECT 1 FROM deliveries WHERE state = 'pending'") !==
      Number(db.prepare("SELECT value FROM counters WHERE name = 'pending'").get()?.value),
  };
  return Object.keys(wrong).filter((name) => wrong[name]);
}
