import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SimulatedClock } from '../base/simulated-clock.ts';
import { turn } from '../base/turn.ts';
import { openSqliteHistoryStore } from '../history/sqlite/store.ts';
import type { HistoryStore } from '../ports/history-store.ts';
import type { PromqlHistory } from '../ports/promql-history.ts';
import { QUERY_LIMITS, type QueryLimits, type QueryOptions } from './options.ts';
import { createPromqlHistory } from './promql-history.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A whole hour. */
const NOW = 1_700_002_800_000;

const RETENTION = { rawMs: 7 * DAY, minuteMs: 31 * DAY, fiveMinutesMs: 91 * DAY };

let folder: string;
let store: HistoryStore;
let clock: SimulatedClock;
let history: PromqlHistory;
/** What was read: `samples`, or the resolution of buckets; and how many series at once. */
let reads: [string, number][];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloudbell-promql-'));
  clock = new SimulatedClock(NOW);
  store = openSqliteHistoryStore({
    path: join(folder, 'history.db'),
    retention: RETENTION,
    clock,
    onSetAside: () => undefined,
  });
  reads = [];
  history = historyOver({
    series: (query) => store.series(query),
    status: () => store.status(),
    samples: (numbers, stretch) => {
      reads.push(['samples', numbers.length]);
      return store.samples(numbers, stretch);
    },
    buckets: (numbers, stretch) => {
      reads.push([stretch.resolution, numbers.length]);
      return store.buckets(numbers, stretch);
    },
  });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const historyOver = (read: QueryOptions['store'], limits: Partial<QueryLimits> = {}): PromqlHistory =>
  createPromqlHistory({
    ...{ store: read, retention: RETENTION, clock, catchUp: async () => undefined },
    limits: { ...QUERY_LIMITS, ...limits },
  });

interface Given {
  readonly namespace?: string;
  readonly name?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly samples?: readonly (readonly [at: number, value: number])[];
}

async function give(...all: readonly Given[]): Promise<void> {
  const series = all.map(({ namespace = 'prometheus', name = 'a', dimensions = {} }) => ({
    ...{ account: '1', namespace, metricName: name, dimensions },
  }));
  const numbers = await store.numbers(series);
  const rows = all.flatMap(({ samples = [] }, at) => samples.map((sample) => [numbers[at]!, ...sample] as const));
  await store.append(
    0,
    { position: 1n, time: NOW },
    {
      numbers: Uint32Array.from(rows, ([number]) => number),
      timestamps: Float64Array.from(rows, ([, at]) => at),
      values: Float64Array.from(rows, ([, , value]) => value),
      arrivedAt: NOW,
    },
  );
  await store.flush();
}

const every15s = (span: number, value: (index: number) => number) =>
  Array.from({ length: span / 15_000 }, (_, index) => [NOW - span + 7_000 + index * 15_000, value(index)] as const);
const SCOPE = { account: '1', namespace: null };
const range = async (query: string, span: number, stepMs: number) => {
  const question = { ...SCOPE, query, start: NOW - span, stepMs, count: span / stepMs + 1 };
  return JSON.parse(await history.rangeData(question)).result;
};
const instant = async (query: string, at = NOW, namespace: string | null = null) =>
  JSON.parse(await history.instantData({ account: '1', namespace, query, at })).result;

describe('samples or buckets', () => {
  test.each<[string, number, string]>([
    ['12 hours', 12 * HOUR - 10 * MINUTE, 'samples'],
    ['two days', 2 * DAY, '1m'],
    ['two weeks, which samples are not kept for', 14 * DAY, '1m'],
    ['two months, which minutes are not kept for', 60 * DAY, '5m'],
  ])('%s', async (_, span, resolution) => {
    await give({ samples: [[NOW - 1000, 1]] });
    await range('sum_over_time(a[10m])', span, 10 * MINUTE);
    expect(reads).toEqual([[resolution, 1]]);
  });

  test('a window of less than two minutes is read from samples, as long as these are kept', async () => {
    await give({ samples: [[NOW - 1000, 1]] });
    await range('rate(a[1m])', 2 * DAY, 10 * MINUTE);
    await range('a', 2 * DAY, MINUTE);
    expect(reads).toEqual([
      ['samples', 1],
      ['samples', 1],
    ]);
  });

  test('whole minutes say of a window what its samples say', async () => {
    await give({ samples: every15s(2 * DAY, (index) => (index % 50) + index / 100) });
    for (const name of ['avg', 'min', 'max', 'sum', 'count', 'last', 'present']) {
      const query = `${name}_over_time(a[10m])`;
      const [whole] = await range(query, 2 * DAY, 10 * MINUTE);
      const [recent] = await range(query, 6 * HOUR, 10 * MINUTE);
      const round = (points: [number, string][]) => points.map(([at, value]) => [at, Number(value).toPrecision(12)]);
      expect(recent.values).toHaveLength(37);
      expect(round(whole.values).slice(-37)).toEqual(round(recent.values));
    }
    expect(new Set(reads.map(([resolution]) => resolution))).toEqual(new Set(['1m', 'samples']));
  });

  test('a counter read by the minute grows as fast, and a value is there a minute later at most', async () => {
    await give({ samples: every15s(2 * DAY, (index) => index * 30) });
    const [rate] = await range('rate(a[10m])', 2 * DAY - HOUR, 10 * MINUTE);
    for (const [, value] of rate.values) expect(Number(value)).toBeCloseTo(2, 9);
    expect(rate.values).toHaveLength(283);
    const [latest] = await range('a', 2 * DAY - HOUR, 10 * MINUTE);
    expect(latest.values.at(-1)).toEqual([NOW / 1000, String((2 * DAY) / 500 - 30)]);
    expect(reads).toEqual([
      ['1m', 1],
      ['1m', 1],
    ]);
  });
});

describe('namespaces', () => {
  const host = { host: '1' };
  const at = NOW - 1000;
  beforeEach(() =>
    give(
      { name: 'up', dimensions: host, samples: [[at, 1]] },
      { namespace: 'fleet', name: 'up', dimensions: host, samples: [[at, 2]] },
      { namespace: 'acs_ecs', name: 'cpu', dimensions: { __proto__: 'x', ...host }, samples: [[at, 3]] },
    ),
  );
  const values = async (query: string, namespace: string | null = null) =>
    (await instant(query, NOW, namespace)).map((one: { value: [number, string] }) => one.value[1]).sort();

  test.each<[string, string | null, string[]]>([
    ['up', null, ['1', '2']],
    ['up{__namespace__=""}', null, ['1']],
    ['up{__namespace__="fleet"}', null, ['2']],
    ['up{__namespace__=~"f.*"}', null, ['2']],
    ['{host="1",__namespace__!=""}', null, ['2', '3']],
    ['up', 'fleet', ['2']],
    ['up', 'prometheus', ['1']],
    ['{host="1"}', 'acs_ecs', ['3']],
    ['up', 'acs_ecs', []],
    ['sum by (__namespace__) ({host="1"})', null, ['1', '2', '3']],
  ])('%s in %s', async (query, namespace, wanted) => expect(await values(query, namespace)).toEqual(wanted));

  test('series say where they are, unless one namespace alone is asked for', async () => {
    const question = { ...SCOPE, matches: ['{host="1"}', 'up'], limit: 10 };
    const fleet = { __name__: 'up', host: '1', __namespace__: 'fleet' };
    expect(await history.matchingSeries(question)).toEqual({
      items: [{ __name__: 'cpu', host: '1', __namespace__: 'acs_ecs' }, fleet, { __name__: 'up', host: '1' }],
      hasMore: false,
    });
    expect((await history.matchingSeries({ ...question, limit: 2 })).hasMore).toBe(true);
    expect(await history.labelNames({ ...question, namespace: 'fleet' })).toEqual({
      items: ['__name__', 'host'],
      hasMore: false,
    });
    expect(await history.labelValues('__namespace__', { ...question, matches: [], limit: 1 })).toEqual({
      items: ['acs_ecs'],
      hasMore: true,
    });
    expect(await history.labelNames({ ...question, account: '2' })).toEqual({ items: [], hasMore: false });
  });
});

describe('a query that asks for too much is refused, and holds up nobody', () => {
  const many = (count: number, samples: Given['samples'] = []): Given[] =>
    Array.from({ length: count }, (_, index) => ({ dimensions: { i: String(index) }, samples }));

  test('series', async () => {
    await give(...many(11));
    const small = historyOver(store, { seriesMax: 10 });
    const of = (query: string) => small.instantData({ ...SCOPE, query, at: NOW });
    await expect(of('a')).rejects.toMatchObject({ code: 'range_too_large', message: 'More than 10 series match.' });
    await expect(of('a{i!="3"}')).resolves.toContain('"vector"');
  });

  test('samples, of all series together', async () => {
    await give(...many(40, [[NOW - 1000, 1]]));
    const of = (samplesMax: number) =>
      historyOver(store, { samplesMax }).instantData({ ...SCOPE, query: 'sum(a)', at: NOW });
    await expect(of(39)).rejects.toMatchObject({ code: 'range_too_large' });
    await expect(of(40)).resolves.toContain('"40"');
  });

  test('points: of groups, and of the answer', async () => {
    await give(...many(3, [[NOW - 1000, 1]]));
    const small = historyOver(store, { pointsMax: 200 });
    const of = (query: string) => small.rangeData({ ...SCOPE, query, start: NOW - 1000, stepMs: 10, count: 100 });
    for (const query of ['sum by (i) (a)', 'last_over_time(a[1h])']) {
      await expect(of(query)).rejects.toMatchObject({ code: 'range_too_large' });
    }
    await expect(of('sum(a)')).resolves.toContain('"3"');
  });

  test('time', async () => {
    await give(...many(100));
    const slow = historyOver({
      ...{ series: (query) => store.series(query), status: () => store.status() },
      ...{ buckets: (numbers, stretch) => store.buckets(numbers, stretch) },
      samples: async (numbers, stretch) => {
        reads.push(['samples', numbers.length]);
        await clock.advance(QUERY_LIMITS.msMax / 3);
        return store.samples(numbers, stretch);
      },
    });
    await expect(slow.instantData({ ...SCOPE, query: 'a', at: NOW })).rejects.toMatchObject({ code: 'query_timeout' });
    expect(reads).toHaveLength(3);
  });

  /** How many turns of the event loop others have meanwhile. */
  async function turnsDuring(question: () => Promise<unknown>): Promise<number> {
    let turns = 0;
    let isOver = false;
    const other = async (): Promise<void> => {
      while (!isOver) {
        await turn();
        turns += 1;
      }
    };
    const others = other();
    await question();
    isOver = true;
    await others;
    return turns;
  }

  test('others get their turn between every few series that are read', async () => {
    await give(...many(160, [[NOW - 1000, 1]]));
    expect(await turnsDuring(() => instant('sum(a)'))).toBeGreaterThanOrEqual(10);
    expect(Math.max(...reads.map(([, series]) => series))).toBe(16);
  });

  test('others get their turn every few milliseconds while series are looked for', async () => {
    await give(...many(160));
    let now = 0;
    const monoMs = vi.spyOn(clock, 'monoMs').mockImplementation(() => ++now);
    const turns = await turnsDuring(() => history.labelNames({ ...SCOPE, matches: ['a{i=~"x"}'], limit: 10 }));
    monoMs.mockRestore();
    expect(turns).toBeGreaterThanOrEqual(14);
  });
});

test('times and durations beyond all samples find nothing', async () => {
  await give({ samples: every15s(HOUR, (index) => index) });
  for (const query of [
    'a offset 9e300',
    'a offset -900y',
    'rate(a[5m] offset 99999y)',
    'sum(rate(a[1h] offset -1y))',
  ]) {
    expect(await instant(query)).toEqual([]);
  }
  expect(await instant('a', 8_640_000_000_000_000)).toEqual([]);
  expect(await instant('count_over_time(a[9e300])')).toMatchObject([{ value: [NOW / 1000, '240'] }]);
});

test('regular expressions are RE2’s, and match the whole value', async () => {
  await give({ dimensions: { host: 'web-1\nb' }, samples: [[NOW - 1000, 1]] });
  const found = async (pattern: string) => (await instant(`a{host=~${JSON.stringify(pattern)}}`)).length;
  expect(await Promise.all(['web.*', '(?i)WEB-\\d.b', '[[:alpha:]]+-1(?s:.)b'].map(found))).toEqual([1, 1, 1]);
  expect(await Promise.all(['web', 'eb.*', 'web-1'].map(found))).toEqual([0, 0, 0]);
  await expect(found('(')).rejects.toMatchObject({
    code: 'promql_invalid',
    message: expect.stringContaining('missing'),
  });
  await expect(found('a(?=b)')).rejects.toMatchObject({ code: 'promql_invalid' });
});
