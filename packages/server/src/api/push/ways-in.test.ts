import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { message } from '@cloudbell/core/wire/protobuf-fixture.contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW } from '../../ports/store-fixtures.contract.ts';
import { BASIC, type Fixture, openFixture } from '../api-fixture.contract.ts';
import { groupingLabels } from './pushgateway.ts';

let api: Fixture;
beforeAll(async () => {
  api = await openFixture({ settings: { bodyBytesMax: 100_000, decompressedBytesMax: 200_000 } });
});
afterAll(() => api.close());

const send = async (
  method: 'POST' | 'PUT' | 'DELETE',
  url: string,
  payload: string | Buffer,
  headers: Record<string, string> = {},
) => api.app.inject({ method, url, payload, headers: { authorization: BASIC, ...headers } });

/** `namespace name{dimensions} value` of all samples in the log. */
async function logged(): Promise<string[]> {
  const records = await api.logged();
  const series = records.flatMap((record) => (record.kind === 'series' ? record.series : []));
  return records.flatMap((record) =>
    record.kind !== 'samples'
      ? []
      : [...record.seriesIds].map((id, at) => {
          const { namespace, metricName, dimensions } = series[id]!;
          return `${namespace} ${metricName}${JSON.stringify(dimensions)} ${record.values[at]} ${record.timestamps[at]}`;
        }),
  );
}

const line = (value: number): string =>
  `${JSON.stringify({ namespace: 'n', metricName: 'lines', dimensions: {}, timestamp: NOW, value })}\n`;
const NDJSON = { 'content-type': 'application/x-ndjson' };

test('NDJSON: each line a sample; a broken one costs itself, and is named by its place', async () => {
  const answer = await send('POST', '/api/v1/samples', `${line(1)}\n{"broken"\n${line(2)}{"value":1}`, NDJSON);
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({ accepted: 2, rejected: 2 });
  expect(answer.json().errors.map(({ index, code }: { index: number; code: string }) => [index, code])).toEqual([
    [1, 'body_malformed'],
    [3, 'sample_namespace_invalid'],
  ]);
});

test('NDJSON of any length goes by in pieces', async () => {
  const before = api.ingest.status().accepted;
  const answer = await send('POST', '/api/v1/samples', gzipSync(line(7).repeat(30_000)), {
    ...NDJSON,
    'content-encoding': 'gzip',
  });
  expect([answer.statusCode, answer.json().accepted]).toEqual([200, 30_000]);
  expect(api.ingest.status().accepted - before).toBe(30_000);
});

test.each<[string, (text: string) => Buffer]>([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['zstd', zstdCompressSync],
])('JSON and NDJSON as %s', async (encoding, compress) => {
  const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
  const list = await send('POST', '/api/v1/samples', compress(`[${line(3)}]`), headers);
  expect([list.statusCode, list.json().accepted]).toEqual([200, 1]);
  const bomb = await send('POST', '/api/v1/samples', compress(' '.repeat(200_001)), headers);
  expect([bomb.statusCode, bomb.json().error.code]).toEqual([413, 'decompressed_too_large']);
  const cut = await send('POST', '/api/v1/samples', compress(`[${line(3)}]`).subarray(0, 20), headers);
  expect([cut.statusCode, cut.json().error.code]).toEqual([400, 'body_compression_malformed']);
});

test('NDJSON that is not what its encoding says, and a line without end', async () => {
  const wrong = await send('POST', '/api/v1/samples', line(1), { ...NDJSON, 'content-encoding': 'gzip' });
  expect([wrong.statusCode, wrong.json().error.code]).toEqual([400, 'body_compression_malformed']);
  const endless = await send('POST', '/api/v1/samples', gzipSync('x'.repeat(3_000_000)), {
    ...NDJSON,
    'content-encoding': 'gzip',
  });
  expect([endless.statusCode, endless.json().error.code]).toEqual([400, 'body_malformed']);
});

test('a push in the text format: the labels of the path win, and it is one sample now', async () => {
  const body = '# TYPE t gauge\nt{instance="mine",a="b"} 5\nt2 6 1699999999000\n';
  for (const method of ['PUT', 'POST'] as const) {
    const answer = await send(method, '/metrics/job/backup/instance/db-1', body);
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
  }
  const seen = (await logged()).filter((one) => one.includes('backup'));
  const one = `prometheus t{"job":"backup","instance":"db-1","a":"b"} 5 ${NOW}`;
  const two = 'prometheus t2{"job":"backup","instance":"db-1"} 6 1699999999000';
  expect(seen).toEqual([one, two, one, two]);
  const deleted = await send('DELETE', '/metrics/job/backup', '');
  expect(deleted.statusCode).toBe(202);
});

test.each<[string, Record<string, string>]>([
  ['/metrics/job/a', { job: 'a' }],
  ['/metrics/job/a%20b/path@base64/L3Zhci90bXA', { job: 'a b', path: '/var/tmp' }],
  ['/metrics/job@base64/YS9i/empty@base64/=?namespace=x', { job: 'a/b', empty: '' }],
  ['/metrics/job/a/path@base64/L3Zhci90bXA=', { job: 'a', path: '/var/tmp' }],
])('labels of a path: %s', (url, labels) => expect(Object.fromEntries(groupingLabels(url))).toEqual(labels));

test.each<[string, number, string]>([
  ['/metrics/job/', 400, 'push_path_invalid'],
  ['/metrics/instance/a', 400, 'push_path_invalid'],
  ['/metrics/job/a/instance', 400, 'push_path_invalid'],
  ['/metrics/job/a/b@base64/***', 400, 'push_path_invalid'],
  ['/metrics/job/a/in-stance/b', 400, 'push_path_invalid'],
  ['/metrics/job/a/job/b', 400, 'push_path_invalid'],
])('refused path: %s', async (url, status, code) => {
  const answer = await send('PUT', url, 't 1\n');
  expect([answer.statusCode, answer.json().error.code]).toEqual([status, code]);
});

test('a push that cannot be read, or holds what cannot be taken', async () => {
  const bad = await send('PUT', '/metrics/job/a', 't 1\nt{ 2\n');
  expect([bad.statusCode, bad.json().error.code]).toEqual([400, 'text_malformed']);
  expect(bad.json().error.message).toContain('Line 2');
  const old = await send('PUT', '/metrics/job/a', 't 1 1000\nu 1\n');
  expect([old.statusCode, old.json().error.code]).toEqual([400, 'samples_rejected_in_part']);
  const protobuf = { 'content-type': 'application/vnd.google.protobuf; encoding=delimited' };
  expect((await send('PUT', '/metrics/job/a', 'x', protobuf)).statusCode).toBe(415);
});

const otlp = (change: object): string =>
  JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeMetrics: [
          { metrics: [{ name: 'orders', gauge: { dataPoints: [{ timeUnixNano: `${NOW}000000`, ...change }] } }] },
        ],
      },
    ],
  });
const JSON_TYPE = { 'content-type': 'application/json' };
const PROTO_TYPE = { 'content-type': 'application/x-protobuf' };

test('OTLP as JSON, gzip', async () => {
  const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
  const answer = await send('POST', '/v1/metrics', gzipSync(otlp({ asDouble: 97.39 })), headers);
  expect([answer.statusCode, answer.json()]).toEqual([200, {}]);
  expect(await logged()).toContain(`otlp orders{"service.name":"shop"} 97.39 ${NOW}`);
});

test('OTLP: what was refused is a partial success, in the form that came in', async () => {
  const late = await send('POST', '/v1/metrics', otlp({ asDouble: 1, timeUnixNano: '1' }), JSON_TYPE);
  expect([late.statusCode, late.json().partialSuccess.rejectedDataPoints]).toEqual([200, '1']);
  expect(late.json().partialSuccess.errorMessage).toContain('1 of 1 samples were refused');

  const point = message([3, { fixed64: 1n }], [4, { double: 1 }]);
  const metric = message([1, 'orders'], [5, message([1, point])]);
  const body = Buffer.from(message([1, message([2, message([2, metric])])]));
  const answer = await send('POST', '/v1/metrics', body, PROTO_TYPE);
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/x-protobuf']);
  // partial_success{rejected_data_points = 1, error_message = …}
  expect([
    answer.rawPayload[0],
    ...answer.rawPayload.subarray(answer.rawPayload[1]! > 127 ? 3 : 2).subarray(0, 3),
  ]).toEqual([0x0a, 0x08, 1, 0x12]);
  expect(answer.rawPayload.toString('utf8')).toContain('1 of 1 samples were refused');
});

test.each<[string, string | Buffer, Record<string, string>, number, string]>([
  ['JSON that is none', '{', JSON_TYPE, 400, 'JSON'],
  ['JSON of another form', '{"resourceMetrics":{}}', JSON_TYPE, 400, 'resourceMetrics is an object'],
  ['protobuf that is none', Buffer.of(0x0b), PROTO_TYPE, 400, 'protobuf message'],
  ['another type', 'x', { 'content-type': 'text/plain' }, 415, 'text/plain'],
])('OTLP refused: %s', async (_, body, headers, status, text) => {
  const answer = await send('POST', '/v1/metrics', body, headers);
  expect(answer.statusCode).toBe(status);
  expect(answer.body).toContain(text);
});

test('while the log is behind, senders are sent away before their body is read: 429, and 503 to remote write', async () => {
  Object.assign(api.ingest, { isBusy: () => true });
  const answers = await Promise.all([
    send('POST', '/api/v1/samples', '[not read', JSON_TYPE),
    send('POST', '/api/v1/samples', 'not read', NDJSON),
    send('PUT', '/metrics/job/a', 'not { read'),
    send('POST', '/v1/metrics', 'not read', PROTO_TYPE),
    send('POST', '/prometheus/api/v1/write', 'not read', PROTO_TYPE),
  ]);
  Object.assign(api.ingest, { isBusy: () => false });
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([429, 429, 429, 429, 503]);
  expect(answers.map(({ headers }) => headers['retry-after'])).toEqual(['1', '1', '1', '1', '1']);
  expect((await send('PUT', '/metrics/job/a', 't 1\n')).statusCode).toBe(200);
});
