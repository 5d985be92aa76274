/**
 * Goal: a process that stood still and a clock that was moved raise no false alert and no false recovery.
 * Method: SIGSTOP for 40 s; and the wall clock moved by ± 1 h under a running process (Debian's `faketime`, which
 * shifts the wall clock and leaves the monotonic one). One resource is in ALERT, one is in order, under the no-data
 * policies that would speak up if the missing time were taken for missing data.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CloudbellProcess, pause } from './cloudbell-process.ts';
import { formOf, Receiver } from './receiver.ts';

const FAKETIME = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
].find((path) => existsSync(path));

/** Pushes a firing and a quiet resource every 200 ms until stopped; a push that fails is simply the next one's business. */
function pushing(cloudbell: CloudbellProcess, shiftMs: () => number): { stop: () => Promise<void> } {
  let over = false;
  const loop = (async () => {
    while (!over) {
      const timestamp = Date.now() + shiftMs();
      const sample = (instanceId: string, value: number) => ({
        namespace: 'acs_ecs',
        metricName: 'mem',
        dimensions: { instanceId },
        timestamp,
        value,
      });
      await cloudbell
        .call('POST', '/api/v1/samples', [sample('i-hot', 99), sample('i-cool', 12)])
        .catch(() => undefined);
      await pause(200);
    }
  })();
  return {
    stop: () => {
      over = true;
      return loop;
    },
  };
}

async function rules(cloudbell: CloudbellProcess, webhook: string): Promise<void> {
  for (const noDataPolicy of ['KEEP_LAST_STATE', 'INSUFFICIENT_DATA', 'OK']) {
    await cloudbell.call('PUT', `/api/v1/rules/${noDataPolicy.toLowerCase()}`, {
      ruleName: noDataPolicy,
      namespace: 'acs_ecs',
      metricName: 'mem',
      period: 1,
      escalations: {
        warn: { statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 1 },
      },
      webhook,
      noDataPolicy,
      noDataPeriods: 3,
    });
  }
}

const seen = (receiver: Receiver): string[] =>
  receiver.received
    .map((each) => `${formOf(each).ruleId} ${formOf(each).dimensions} ${formOf(each).alertState}`)
    .sort();
const EXPECTED = ['insufficient_data', 'keep_last_state', 'ok'].map((rule) => `${rule} {instanceId=i-hot} ALERT`);

test('SIGSTOP for 40 s: no false alert, no false recovery', { timeout: 120_000 }, async () => {
  const receiver = await Receiver.open();
  const cloudbell = await CloudbellProcess.start();
  await rules(cloudbell, receiver.url);
  const first = pushing(cloudbell, () => 0);
  await receiver.until(3);
  await pause(3000);
  const stopped = first.stop();
  cloudbell.child.kill('SIGSTOP');
  await pause(40_000);
  cloudbell.child.kill('SIGCONT');
  await stopped;
  const again = pushing(cloudbell, () => 0);
  await pause(8000);
  await again.stop();
  expect(seen(receiver)).toEqual(EXPECTED);
  await cloudbell.end('SIGTERM');
  await receiver.close();
});

test.skipIf(FAKETIME === undefined)(
  'the wall clock moved by + 1 h, then by - 1 h: no false alert, no false recovery (needs Debian package faketime)',
  { timeout: 120_000 },
  async () => {
    const receiver = await Receiver.open();
    const clockFile = join(await mkdtemp(join(tmpdir(), 'cloudbell-clock-')), 'clock');
    let stamp = 1;
    let shift = 0;
    const setClock = async (ms: number): Promise<void> => {
      await writeFile(clockFile, `${ms >= 0 ? '+' : ''}${ms / 1000}s\n`);
      await utimes(clockFile, ++stamp, stamp);
      shift = ms;
    };
    await setClock(0);
    const cloudbell = await CloudbellProcess.start({
      env: {
        LD_PRELOAD: FAKETIME as string,
        FAKETIME_TIMESTAMP_FILE: clockFile,
        FAKETIME_NO_CACHE: '1',
        DONT_FAKE_MONOTONIC: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      },
    });
    await rules(cloudbell, receiver.url);
    const push = pushing(cloudbell, () => shift);
    await receiver.until(3);
    for (const hours of [1, 0, -1, 0]) {
      await pause(6000);
      await setClock(hours * 3_600_000);
    }
    await pause(8000);
    await push.stop();
    expect(seen(receiver)).toEqual(EXPECTED);
    const metrics = await (await fetch(`${cloudbell.url}/metrics`)).text();
    expect(metrics).toMatch(/clock_steps\S* [1-9]/);
    await cloudbell.end('SIGTERM');
    await receiver.close();
  },
);
