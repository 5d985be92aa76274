import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LogEntry } from '@cloudbell/core/alert/log-record.ts';
import { expect, test } from 'vitest';
import type { SampleLog } from '../../ports/sample-log.ts';
import { openSqliteSampleLog } from './log.ts';

/** Appends without pause; says each entry's time only after its append has resolved. */
const appendForever = `
  import { openSqliteSampleLog } from ${JSON.stringify(new URL('./log.ts', import.meta.url).href)};
  const log = openSqliteSampleLog({ path: process.argv[1] });
  for (let time = (await log.tail(0)).time + 1; ; time++) {
    const id = (await log.tail(0)).seriesCount;
    const series = { id, account: '1', namespace: 'n', metricName: 'm', dimensions: { id: String(id) }, instanceName: null };
    const samples = { kind: 'samples', seriesIds: new Uint32Array(500).fill(id),
      timestamps: new Float64Array(500).fill(time), values: new Float64Array(500).fill(time) };
    await log.append(0, { time, skew: 0, records: [{ kind: 'series', series: [series] }, samples] });
    process.stdout.write(time + '\\n');
  }`;

/** Runs the loop until it has said `lines` lines, kills it, and answers the last entry it acknowledged. */
async function killedAfter(path: string, lines: number): Promise<number> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', appendForever, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let acknowledged = 0;
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (++seen === lines) child.kill('SIGKILL');
  }
  return acknowledged;
}

async function readAll(log: SampleLog): Promise<LogEntry[]> {
  const all: LogEntry[] = [];
  for (;;) {
    const page = await log.read(0, all.at(-1)?.position ?? 0n, 100);
    if (page.length === 0) return all;
    all.push(...page);
  }
}

// Goal: an acknowledged entry outlives the process. Method: kill -9 in an append loop, again and again on one file,
// and compare what was acknowledged with what is there; one entry more may be, the one whose answer was cut off.
test('after SIGKILL every acknowledged entry is there, in order, with its series', { timeout: 600_000 }, async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'cloudbell-kill-')), 'log.db');
  for (const lines of [1, 9, 60, 120]) {
    const acknowledged = await killedAfter(path, lines);
    const log = openSqliteSampleLog({ path });
    const entries = await readAll(log);
    const count = entries.length;
    expect(acknowledged).toBeGreaterThanOrEqual(lines);
    expect(count - acknowledged).toBeOneOf([0, 1]);
    expect(entries.map(({ time }) => time)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    for (const { time, records } of entries) {
      expect(records[1]).toMatchObject({ kind: 'samples', values: new Float64Array(500).fill(time) });
    }
    expect(await log.tail(0)).toMatchObject({ time: count, seriesCount: count });
    expect(await log.series(0, 0, count + 1)).toHaveLength(count);
    await log.close();
  }
});
