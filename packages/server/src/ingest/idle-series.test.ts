import { writeRequest1 } from '@cloudbell/core/wire/protobuf-fixture.contract.ts';
import { decodeWriteRequest1 } from '@cloudbell/core/wire/remote-write-1.ts';
import { expect, test } from 'vitest';
import { SimulatedClock } from '../base/simulated-clock.ts';
import type { IntakeLimits } from './deps.ts';
import { makeLog } from './log-fixture.contract.ts';
import { createIngest, IDLE_ROUNDS } from './sample-intake.ts';

const NOW = 1_700_000_000_000;
const LIMITS: IntakeLimits = {
  ...{ nameBytesMax: 255, dimensionsMax: 64, dimensionValueBytesMax: 1024, batchSamplesMax: 10_000 },
  ...{ seriesPerAccountMax: 3, errorsMax: 100, futureMaxMs: 600_000, retentionMs: 7 * 86_400_000 },
  samplesUnderWayMax: 1_000,
};

/** Both ways in, each sample a series of metric `m`. */
function open() {
  const log = makeLog();
  const ingest = createIngest({ writer: log.writer, clock: new SimulatedClock(NOW), limits: LIMITS, partitions: 1 });
  const rows = (...instances: string[]) => {
    const bytes = writeRequest1(
      instances.map((instance) => ({ labels: { __name__: 'm', instance }, samples: [[NOW, 1]] })),
    );
    return ingest.rows('1', 'n', (into) => decodeWriteRequest1(bytes, bytes.length, into));
  };
  const items = (...instances: string[]) =>
    ingest.samples(
      '1',
      instances.map((instance) => ({
        namespace: 'n',
        metricName: 'm',
        dimensions: { instance },
        timestamp: NOW,
        value: 1,
      })),
    );
  const rounds = async (count: number, between: () => Promise<unknown>) => {
    for (let i = 0; i < count; i++) {
      await between();
      await ingest.expire();
    }
  };
  const defined = () => log.series[0]?.map(({ dimensions }) => dimensions.instance);
  return { log, ingest, rows, items, rounds, defined };
}

test.each(['rows', 'items'] as const)(
  'a series that nobody sends makes room, and is defined anew when it comes back: %s',
  async (way) => {
    const world = open();
    const send = world[way];
    await send('a', 'b', 'c');
    expect(await send('d')).toMatchObject({ accepted: 0 });
    await world.rounds(IDLE_ROUNDS, () => send('b', 'c'));
    expect(world.ingest.status().series).toBe(3);
    await world.rounds(1, () => send('b', 'c'));
    expect(world.ingest.status().series).toBe(2);
    expect(await send('a', 'b')).toMatchObject({ accepted: 2 });
    expect(world.defined()).toEqual(['a', 'b', 'c', 'a']);
  },
);

test('whoever sends by one way keeps the series of the other', async () => {
  const { ingest, rows, items, rounds, defined } = open();
  await rows('a', 'b');
  await rounds(2 * IDLE_ROUNDS, () => items('a', 'b'));
  await rounds(2 * IDLE_ROUNDS, () => rows('a', 'b'));
  expect([ingest.status().series, defined()]).toEqual([2, ['a', 'b']]);
});

test('a sample on its way while its series expires is stored under a new id', async () => {
  const { ingest, rows, rounds, defined } = open();
  await rows('a', 'b');
  await rounds(IDLE_ROUNDS, () => rows('b'));
  // The log is asked first, and its answer has not come yet.
  const expiring = ingest.expire();
  expect(await rows('a')).toMatchObject({ accepted: 1 });
  await expiring;
  expect([defined(), ingest.status().series]).toEqual([['a', 'b', 'a'], 2]);
});

test('when the log does not say what it let go, the index is made anew from it', async () => {
  const { log, ingest, rows, rounds, defined } = open();
  await rows('a', 'b');
  await rounds(IDLE_ROUNDS, () => rows('b'));
  log.state.lose = 1;
  await ingest.expire();
  expect(log.state.lose).toBe(0);
  expect(await rows('a', 'b')).toMatchObject({ accepted: 2 });
  expect([defined(), ingest.status().series]).toEqual([['a', 'b', 'a'], 2]);
});
