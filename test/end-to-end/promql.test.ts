/**
 * Goal: the same samples give the same answers as in a real Prometheus. Both take the same remote write; then a table of
 * queries is put to both. Version 2 closes windows and the lookback at both ends, so no sample lies exactly on a border.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type SeriesFixture, writeRequest1 } from '@cloudbell/core/wire/protobuf-fixture.contract.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BASIC, type Fixture, KEY, openFixture } from '../../packages/server/src/api/api-fixture.contract.ts';
import { snappy } from '../../packages/server/src/api/push/snappy-fixture.contract.ts';
import { seededRandom } from '../../packages/server/src/base/random.ts';
import { NOW } from '../../packages/server/src/ports/store-fixtures.contract.ts';
import { pause } from './cloudbell-process.ts';
import { freePort, isInstalled, startProgram } from './programs.ts';

const HOUR = 3_600_000;
const START = NOW - 2 * HOUR;

/** One sample about every 15 s, of which some are missing, from `START` on. */
function series(labels: Record<string, string>, next: (before: number, chance: () => number) => number): SeriesFixture {
  const random = seededRandom(JSON.stringify(labels).length + Number(labels.host));
  const chance = (): number => random.bytes(1)[0]! / 256;
  const samples: [number, number][] = [];
  let value = 0;
  for (let at = START; at < NOW; at += 15_000) {
    value = next(value, chance);
    if (chance() > 0.1) samples.push([at + 3_001 + Math.floor(chance() * 700), value]);
  }
  return { labels, samples };
}

const gauge = (_: number, chance: () => number): number => Math.round(chance() * 1e6) / 100 - 3_000;
/**
 * Begins again now and then, far from 0: near it, what versions before 2.52 extrapolate depends on how far the window
 * reaches back before the first sample.
 */
const counter = (before: number, chance: () => number): number =>
  before === 0 || chance() < 0.02 ? 3_000 : before + chance() * 50;
const HOSTS = ['1', '2', '3', '4'];
const SERIES: SeriesFixture[] = [
  ...HOSTS.map((host) => series({ __name__: 'temp', host, site: Number(host) % 2 === 0 ? 'a' : 'b' }, gauge)),
  ...HOSTS.map((host) => series({ __name__: 'requests_total', host, code: host === '3' ? '500' : '200' }, counter)),
  {
    labels: { __name__: 'young_total', host: '1' },
    samples: [1, 16, 31, 46].map((value) => [START + 2_000 + value * 1000, value]),
  },
  { labels: { __name__: 'once', host: '1' }, samples: [[START + 3_000, 7]] },
  {
    labels: { __name__: 'pair_total', host: '1' },
    samples: [
      [START + 3_000, 1e6],
      [START + 63_000, 1e6 + 12],
    ],
  },
];

const QUERIES = [
  ...['1 + 2 * 3 ^ 2 % 5', '-2 ^ 2', '1 / 0', '3 > bool 2'],
  ...['temp', 'temp{host="1"}', 'temp{host!="1",site=~"a|c"}', '{__name__=~"t.*p",host!~"[12]"}', 'nothing', 'once'],
  ...['temp offset 7m', 'temp * 2 + 1', '100 - temp', '-temp', 'temp / 0', 'temp % 7', '2 ^ (temp / 1000)'],
  ...['temp > 0', '0 >= temp', 'temp != bool 5', '(temp < 100) * 2'],
  ...['sum(temp)', 'sum by (site) (temp)', 'avg without (host) (temp)', 'min(temp) by (site, nothing)', 'max(temp)'],
  ...['count(temp > 0)', 'count by (host) ({host=~".+"})', 'sum by (__name__) ({site="a"})'],
  ...['rate(requests_total[1m])', 'rate(requests_total[5m])', 'increase(requests_total[3m] offset 11m)'],
  ...[
    'increase(pair_total[2m])',
    'rate(once[5m])',
    'increase(young_total[1m])',
    'sum by (code) (rate(requests_total[90s])) * 60',
  ],
  ...['avg', 'min', 'max', 'sum', 'count', 'last', 'present'].map((name) => `${name}_over_time(temp[4m])`),
  ...['last_over_time(once[1h])', 'max(max_over_time(temp[1h])) / 2'],
];
/** Neither takes these, with the same status. */
const REFUSED = ['sum(', 'temp[', '{}', 'rate(temp)', 'temp{host=~"("}', '1 > 2', '-{__name__=~"once|pair_total"}'];

describe.skipIf(!isInstalled('prometheus'))('PromQL as Prometheus has it (needs Debian package prometheus)', () => {
  const ends: (() => Promise<unknown>)[] = [];
  let api: Fixture;
  let peer: string;

  beforeAll(async () => {
    api = await openFixture();
    ends.push(() => api.close());
    const folder = await mkdtemp(join(tmpdir(), 'cloudbell-promql-'));
    const address = `127.0.0.1:${await freePort()}`;
    peer = `http://${address}/api/v1`;
    await writeFile(join(folder, 'prometheus.yml'), '');
    ends.push(
      startProgram('prometheus', [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        '--storage.tsdb.retention.time=50y',
        `--web.listen-address=${address}`,
        '--web.enable-remote-write-receiver',
      ]),
    );
    const isReady = (): Promise<boolean> =>
      fetch(`http://${address}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await isReady())) await pause(50);
    const body = Buffer.from(snappy(writeRequest1(SERIES)));
    const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' };
    const [theirs, ours] = await Promise.all([
      fetch(`${peer}/write`, { method: 'POST', headers, body }),
      api.app.inject({
        method: 'POST',
        url: '/prometheus/api/v1/write',
        headers: { ...headers, authorization: BASIC },
        payload: body,
      }),
    ]);
    expect([theirs.status, ours.statusCode]).toEqual([204, 204]);
  }, 120_000);
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  const askBoth = async (path: string, parameters: Record<string, string>) => {
    const query = `${path}?${new URLSearchParams(parameters)}`;
    const headers = { authorization: BASIC };
    const [theirs, ours] = await Promise.all([
      fetch(`${peer}/${query}`),
      api.app.inject({ url: `/prometheus/api/v1/${query}`, headers }),
    ]);
    return {
      theirs: { status: theirs.status, body: await theirs.json() },
      ours: { status: ours.statusCode, body: ours.json() },
    };
  };
  const RANGES = [
    { start: START / 1000, end: NOW / 1000, step: '61' },
    { start: (START - 60_000) / 1000, end: (START + 900_000) / 1000, step: '15s' },
  ].map((one) => Object.fromEntries(Object.entries(one).map(([name, value]) => [name, String(value)])));

  test.each(QUERIES)('%s', async (query) => {
    const times = [NOW - 10_000, START + 40_000, START + 53_000, START + 61_500].map((at) => String(at / 1000));
    for (const [path, parameters] of [
      ...times.map((time) => ['query', { query, time }] as const),
      ...RANGES.map((range) => ['query_range', { query, ...range }] as const),
    ]) {
      const { theirs, ours } = await askBoth(path, parameters);
      expect([ours.status, theirs.status]).toEqual([200, 200]);
      expect(rounded(ours.body)).toEqual(rounded(theirs.body));
    }
  });

  test.each(REFUSED)('%s is refused by both', async (query) => {
    const { theirs, ours } = await askBoth('query', { query, time: String(START / 1000 + 60) });
    expect(ours.body).toMatchObject({ status: 'error', errorType: theirs.body.errorType });
    expect(ours.status).toBe(theirs.status);
  });

  test('promtool, a client by the same makers, reads what is answered', async () => {
    const address = await api.app.listen({ port: 0, host: '127.0.0.1' });
    const url = new URL('/prometheus', address);
    [url.username, url.password] = [KEY.id, KEY.secret];
    const times = [`--start=${START / 1000}`, `--end=${START / 1000 + 60}`];
    const say = async (...args: string[]): Promise<string> =>
      (await promisify(execFile)('promtool', ['query', ...args])).stdout.trim();
    expect(await say('instant', `--time=${START / 1000 + 10}`, url.href, 'once * 2')).toBe(
      `{host="1"} => 14 @[${START / 1000 + 10}]`,
    );
    expect(await say('range', ...times, '--step=30s', url.href, 'once')).toContain('once{host="1"} =>\n7 @[');
    expect(await say('series', '--match=once', ...times, url.href)).toBe('{__name__="once", host="1"}');
    expect((await say('labels', url.href, 'site')).split('\n')).toEqual(['a', 'b']);
  });

  test.each<[string, Record<string, string>]>([
    ['labels', {}],
    ['labels', { 'match[]': 'requests_total' }],
    ['label/host/values', {}],
    ['label/__name__/values', { 'match[]': '{host="1"}' }],
    ['series', { 'match[]': '{site="a"}' }],
  ])('%s %j', async (path, parameters) => {
    const { theirs, ours } = await askBoth(path, parameters);
    expect(ours.body).toEqual(theirs.body);
  });
});

/** In one order, and values to 12 digits: sums are not added in one order, and so differ in the last. */
function rounded({ status, data }: { status: string; data: { resultType: string; result: unknown[] } }): unknown {
  const text = JSON.stringify(data.result, (_, value) =>
    typeof value === 'string' && value !== '' && Number.isFinite(Number(value)) ? Number(value).toPrecision(12) : value,
  );
  const result = JSON.parse(text) as { metric?: Record<string, string> }[];
  const keyOf = (one: (typeof result)[number]): string => JSON.stringify(Object.entries(one.metric ?? {}).sort());
  return {
    status,
    type: data.resultType,
    result: data.resultType === 'scalar' ? result : result.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
  };
}
