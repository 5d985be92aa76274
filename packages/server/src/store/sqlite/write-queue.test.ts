import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStoreFile } from './database.ts';
import { WriteQueue } from './write-queue.ts';

let dir: string;
let db: DatabaseSync;
let queue: WriteQueue;

function open(pageCountMax?: number): void {
  const path = join(dir, 'store.db');
  db = openStoreFile({ path, pageCountMax });
  db.exec('CREATE TABLE IF NOT EXISTS t (x TEXT NOT NULL UNIQUE) STRICT');
  queue = new WriteQueue(db, path);
}
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cloudbell-queue-'));
  open();
});
afterEach(() => {
  queue.close();
  if (db.isOpen) db.close();
  rmSync(dir, { recursive: true });
});

const insert = (x: string) => () => {
  db.prepare('INSERT INTO t VALUES (?)').run(x);
  return x;
};
const stored = (): unknown[] =>
  db
    .prepare('SELECT x FROM t ORDER BY x')
    .all()
    .map((row) => row.x);

describe('group commit', () => {
  test('requests that come together share one transaction, each with its own answer', async () => {
    const answers = await Promise.all(Array.from({ length: 500 }, (_, n) => queue.write(insert(`x${n}`))));
    expect(answers).toEqual(Array.from({ length: 500 }, (_, n) => `x${n}`));
    expect(queue.commits).toBe(1);
  });

  test('one after another they commit one by one: nobody waits for company', async () => {
    await queue.write(insert('a'));
    await queue.write(insert('b'));
    expect(queue.commits).toBe(2);
  });

  test('more than one commit can hold go on in the next', async () => {
    await Promise.all(Array.from({ length: 2500 }, (_, n) => queue.write(insert(`x${n}`))));
    expect(queue.commits).toBe(3);
    expect(stored()).toHaveLength(2500);
  });

  test('an answer is given after COMMIT, not before', async () => {
    const other = openStoreFile({ path: join(dir, 'store.db') });
    const seen = await queue.write(insert('a')).then(() => other.prepare('SELECT count(*) AS n FROM t').get()?.n);
    other.close();
    expect(seen).toBe(1);
  });

  test('one that fails takes back what it wrote, and nothing of the others', async () => {
    const results = await Promise.allSettled([
      queue.write(insert('a')),
      queue.write(() => {
        insert('half')();
        throw new Error('mine');
      }),
      queue.write(insert('a')),
      queue.write(insert('b')),
    ]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { message: 'mine' } });
    expect(stored()).toEqual(['a', 'b']);
    expect(queue.commits).toBe(1);
  });

  test('closing writes what waits, then refuses', async () => {
    const waiting = queue.write(insert('a'));
    queue.close();
    await expect(waiting).resolves.toBe('a');
    await expect(queue.write(insert('b'))).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});

describe('a disk that is full', () => {
  const big = (n: number) => insert(`${n}:${'x'.repeat(3000)}`);

  test('who got an answer is stored, who got none is not, and the message says why', async () => {
    queue.close();
    db.close();
    open(20);
    const results = [];
    for (let n = 0; n < 12; n++)
      results.push(...(await Promise.allSettled([queue.write(big(2 * n)), queue.write(big(2 * n + 1))])));
    const kept = results.filter((result) => result.status === 'fulfilled').map((result) => result.value);
    const refused = results.filter((result) => result.status === 'rejected').map((result) => result.reason);
    expect(kept.length).toBeGreaterThan(2);
    expect(refused.length).toBeGreaterThan(2);
    for (const reason of refused)
      expect(reason).toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('disk is full') });
    expect(stored()).toEqual(kept.sort());
  });

  test('room that comes back is used', async () => {
    queue.close();
    db.close();
    open(20);
    await Promise.allSettled(Array.from({ length: 40 }, (_, n) => queue.write(big(n))));
    db.exec('PRAGMA max_page_count = 1000');
    await expect(queue.write(big(99))).resolves.toContain('99:');
  });

  test('an error of COMMIT itself rejects the whole batch', async () => {
    // A deferred foreign key is the one way to make COMMIT fail at will.
    db.exec('CREATE TABLE child (x TEXT REFERENCES t (x) DEFERRABLE INITIALLY DEFERRED) STRICT');
    const results = await Promise.allSettled([
      queue.write(insert('a')),
      queue.write(() => db.prepare('INSERT INTO child VALUES (?)').run('nobody')),
    ]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    expect(stored()).toEqual([]);
    await expect(queue.write(insert('b'))).resolves.toBe('b');
  });
});
