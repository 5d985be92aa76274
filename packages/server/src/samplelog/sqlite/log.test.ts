import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { printedByNobody } from '../../base/nobody-fixture.contract.ts';
import { describeSampleLogContract } from '../../ports/sample-log.contract.ts';
import { openSqliteSampleLog } from './log.ts';

const newPath = (): string => join(mkdtempSync(join(tmpdir(), 'cloudbell-log-')), 'log.db');

describeSampleLogContract('sqlite', async () => {
  const path = newPath();
  const log = openSqliteSampleLog({ path });
  return {
    log,
    reopen: async () => {
      await log.close();
      return openSqliteSampleLog({ path });
    },
  };
});

const samples = (count: number) => ({
  kind: 'samples' as const,
  seriesIds: new Uint32Array(count),
  timestamps: new Float64Array(count),
  values: new Float64Array(count).fill(1.5),
});

test('a full disk: log_unavailable, nothing written; once there is room it goes on', async () => {
  const path = newPath();
  const log = openSqliteSampleLog({ path, bytesMax: 200_000 });
  const small = { time: 1, skew: 0, records: [samples(1)] };
  await log.append(0, small);
  const before = await log.tail(0);
  const large = log.append(0, { time: 2, skew: 0, records: [samples(20_000)] });
  await expect(large).rejects.toMatchObject({ code: 'log_unavailable', status: 503 });
  await expect(large).rejects.toThrow('disk is full');
  expect(await log.tail(0)).toEqual(before);
  expect(await log.read(0, 0n, 9)).toHaveLength(1);
  await log.append(0, { ...small, time: 3 });
  expect((await log.read(0, 0n, 9)).map(({ time }) => time)).toEqual([1, 3]);
  await log.close();
});

test('a file that is no database, or a folder that is not there, is log_unavailable at open', () => {
  const path = newPath();
  writeFileSync(path, 'not a database, not at all, but long enough to be looked at'.repeat(100));
  expect(() => openSqliteSampleLog({ path })).toThrow(expect.objectContaining({ code: 'log_unavailable' }));
  expect(() => openSqliteSampleLog({ path: join(path, 'nowhere', 'log.db') })).toThrow(
    expect.objectContaining({ code: 'log_unavailable' }),
  );
});

test.skipIf(process.platform === 'win32')('a file that may only be read is log_unavailable', async () => {
  const path = newPath();
  await openSqliteSampleLog({ path }).close();
  chmodSync(path, 0o444);
  chmodSync(dirname(path), 0o777);
  const printed = printedByNobody({
    imports: `import { openSqliteSampleLog } from ${JSON.stringify(join(import.meta.dirname, 'log.ts'))};`,
    body: `try { openSqliteSampleLog({ path: ${JSON.stringify(path)} }); } catch (error) { console.log(error.code); }`,
  });
  expect(printed).toBe('log_unavailable\n');
});

test('an entry damaged on the disk is log_damaged and names its position', async () => {
  const path = newPath();
  const log = openSqliteSampleLog({ path });
  await log.append(0, { time: 1, skew: 0, records: [samples(3)] });
  const other = new DatabaseSync(path);
  const bytes = other.prepare('SELECT bytes FROM entry').get()?.bytes as Uint8Array;
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  other.prepare('UPDATE entry SET bytes = ?').run(bytes);
  other.close();
  await expect(log.read(0, 0n, 9)).rejects.toMatchObject({ code: 'log_damaged' });
  await expect(log.read(0, 0n, 9)).rejects.toThrow('Entry 1');
  await log.close();
});
