import { writeRequest1 } from '@cloudbell/core/wire/protobuf-fixture.contract.ts';
import { decodeWriteRequest1 } from '@cloudbell/core/wire/remote-write-1.ts';
import { expect, test } from 'vitest';
import { CloudbellError } from '../base/errors.ts';
import { SimulatedClock } from '../base/simulated-clock.ts';
import type { IntakeLimits } from './deps.ts';
import { makeLog } from './log-fixture.contract.ts';
import { createIngest } from './sample-intake.ts';

const NOW = 1_700_000_000_000;
const LIMITS: IntakeLimits = {
  nameBytesMax: 255,
  dimensionsMax: 64,
  dimensionValueBytesMax: 1024,
  batchSamplesMax: 10_000,
  seriesPerAccountMax: 1_000_000,
  errorsMax: 100,
  futureMaxMs: 600_000,
  retentionMs: 7 * 86_400_000,
  samplesUnderWayMax: 1_000,
};

function open(limits: Partial<IntakeLimits> = {}, partitions = 1) {
  const log = makeLog(partitions);
  const clock = new SimulatedClock(NOW);
  const ingest = createIngest({ writer: log.writer, clock, limits: { ...LIMITS, ...limits }, partitions, secret: 7 });
  const push = (series: readonly (readonly [name: string, value: number, timestamp?: number])[], account = '1') => {
    const bytes = writeRequest1(
      series.map(([name, value, timestamp = NOW]) => {
        const [metric = '', instance = 'a'] = name.split('/');
        return { labels: { __name__: metric, instance }, samples: [[timestamp, value]] };
      }),
    );
    return ingest.rows(account, 'prometheus', (rows) => decodeWriteRequest1(bytes, bytes.length, rows));
  };
  const values = () => log.samples.map(({ series, value }) => `${series.split('{')[0]} ${value}`);
  return { log, ingest, push, values };
}
const code = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof CloudbellError ? error.code : String(error)),
  );

test('a series is defined once, with its first sample that is good', async () => {
  const { log, push, values } = open();
  expect(
    await push([
      ['a', Number.NaN],
      ['b', 1],
      ['b', 2],
    ]),
  ).toMatchObject({ accepted: 2, notFinite: 1, refused: {} });
  expect(
    await push([
      ['a', 3],
      ['b', 4],
    ]),
  ).toMatchObject({ accepted: 2 });
  expect(log.series[0]?.map(({ metricName }) => metricName)).toEqual(['b', 'a']);
  expect(log.sentSeries).toEqual([1, 1]);
  expect(values()).toEqual(['b 1', 'b 2', 'a 3', 'b 4']);
});

test('a series that came as an object is the same one, and accounts are apart', async () => {
  const { log, ingest, push } = open();
  await ingest.samples('1', [{ namespace: 'prometheus', metricName: 'a', dimensions: { instance: 'a' }, value: 1 }]);
  await push([['a', 2]]);
  await push([['a', 3]], '2');
  expect(log.series[0]?.map(({ account }) => account)).toEqual(['1', '2']);
});

test('definitions travel along until an append that carried them has resolved', async () => {
  const { log, push, values } = open();
  const release = log.hold();
  const pushes = [
    push([['a', 1]]),
    push([
      ['a', 2],
      ['b', 3],
    ]),
  ];
  await Promise.resolve();
  release();
  await Promise.all(pushes);
  await push([
    ['a', 4],
    ['b', 5],
  ]);
  expect(log.sentSeries).toEqual([1, 2, 0]);
  expect(values()).toEqual(['a 1', 'a 2', 'b 3', 'a 4', 'b 5']);
});

test.each(['refuse', 'lose'] as const)(
  'after an append that the log did %s, index and log agree again',
  async (fault) => {
    const { log, push, values } = open();
    log.state[fault] = 1;
    expect(
      await code(
        push([
          ['a', 1],
          ['b', 2],
        ]),
      ),
    ).toBe('log_unavailable');
    await push([
      ['c', 3],
      ['a', 4],
    ]);
    expect(log.series[0]?.map(({ metricName }) => metricName)).toEqual(fault === 'lose' ? ['a', 'b', 'c'] : ['c', 'a']);
    expect(values().slice(-2)).toEqual(['c 3', 'a 4']);
  },
);

test('requests behind a refused one are decoded again, whatever came between', async () => {
  const { log, push, values } = open();
  await push([['z', 0]]);
  const release = log.hold();
  log.state.refuse = 1;
  const pushes = [
    push([['a', 1]]),
    push([
      ['b', 2],
      ['a', 3],
    ]),
    push([['c', 4]]),
  ];
  release();
  expect(await Promise.all(pushes.map(code))).toEqual(['log_unavailable', 'resolved', 'resolved']);
  expect(values().sort()).toEqual(['a 3', 'b 2', 'c 4', 'z 0']);
});

test('what one partition refused is not written again to the others', async () => {
  const { log, push } = open({}, 4);
  const many = Array.from({ length: 40 }, (_, i): [string, number] => [`m/i-${i}`, i]);
  await push(many);
  log.state.refuse = 1;
  expect(await code(push([['n', 1]]))).toBe('log_unavailable');
  await push(many.map(([name, value]) => [name, value + 100]));
  expect(log.samples.map(({ value }) => value).sort((a, b) => a - b)).toEqual([
    ...many.map(([, value]) => value),
    ...many.map(([, value]) => value + 100),
  ]);
});

test('refusals by code: the first in words, and room for new series is looked for again', async () => {
  const { push } = open({ seriesPerAccountMax: 2 });
  const answer = await push([
    ['a', 1],
    ['b', 1],
    ['c', 1],
    ['d', 1],
    ['a', 2, NOW + 600_001],
    ['a', 2, 1_700_000_000],
    ['a/', 2, 5],
  ]);
  expect(answer).toMatchObject({
    accepted: 2,
    refused: { series_limit_reached: 2, sample_timestamp_future: 1, sample_timestamp_invalid: 2 },
    problem: { code: 'series_limit_reached' },
  });
  expect(await push([['c', 1]])).toMatchObject({ accepted: 0, refused: { series_limit_reached: 1 } });
});

test('while too many samples wait, senders are sent away; what was admitted is stored', async () => {
  const { log, ingest, push, values } = open({ samplesUnderWayMax: 1 });
  await ingest.open();
  const release = log.hold();
  const first = push([
    ['a', 1],
    ['a', 2],
  ]);
  await Promise.resolve();
  expect([ingest.isBusy(), ingest.status().samplesUnderWay]).toEqual([true, 2]);
  expect(await code(push([['a', 3]]))).toBe('ingest_busy');
  release();
  await first;
  expect([ingest.isBusy(), values()]).toEqual([false, ['a 1', 'a 2']]);
});

test('labels that change with every sample do not stay in memory', async () => {
  const { ingest } = open({ seriesPerAccountMax: 10 });
  let keys = 0;
  for (let round = 0; round < 30; round++) {
    await ingest.rows('1', 'prometheus', (rows) => {
      keys = Math.max(keys, rows.table.count);
      const bytes = writeRequest1(
        Array.from({ length: 1_000 }, (_, i) => ({
          labels: { __name__: 'm', id: `${round}-${i}` },
          samples: [[NOW, 1] as const],
        })),
      );
      decodeWriteRequest1(bytes, bytes.length, rows);
    });
  }
  expect(keys).toBeLessThan(12_000);
});
