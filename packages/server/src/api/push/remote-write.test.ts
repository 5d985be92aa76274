import { message, STALE, writeRequest1, writeRequest2 } from '@cloudbell/core/wire/protobuf-fixture.contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CloudbellError } from '../../base/errors.ts';
import { ACCOUNT, NOW } from '../../ports/store-fixtures.contract.ts';
import { BASIC, type Fixture, openFixture } from '../api-fixture.contract.ts';
import { snappy } from './snappy-fixture.contract.ts';

let api: Fixture;
beforeAll(async () => {
  api = await openFixture();
});
afterAll(() => api.close());

const V2 = 'application/x-protobuf;proto=io.prometheus.write.v2.Request';
interface Write {
  readonly body: Uint8Array;
  readonly type?: string;
  readonly encoding?: string;
  readonly query?: string;
}
const write = async ({ body, type = 'application/x-protobuf', encoding = 'snappy', query = '' }: Write) =>
  api.app.inject({
    method: 'POST',
    url: `/prometheus/api/v1/write${query}`,
    headers: { authorization: BASIC, 'content-type': type, 'content-encoding': encoding },
    payload: Buffer.from(body),
  });
const series = (name: string, value = 1, timestamp = NOW) => ({
  labels: { __name__: name, instance: 'a' },
  samples: [[timestamp, value] as const],
});
const written = (response: Awaited<ReturnType<typeof write>>) =>
  response.headers['x-prometheus-remote-write-samples-written'];
const samplesOf = async (metricName: string) => {
  const records = await api.logged();
  const ids = records
    .flatMap((record) => (record.kind === 'series' ? record.series : []))
    .filter((one) => one.metricName === metricName);
  const values = records.flatMap((record) =>
    record.kind === 'samples' ? [...record.values].filter((_, at) => record.seriesIds[at] === ids[0]?.id) : [],
  );
  return { ids, values };
};

test('1.0: labels become dimensions, __name__ the metric name, and a series gets one id', async () => {
  const response = await write({ body: snappy(writeRequest1([series('one', 97.39)])) });
  expect([response.statusCode, response.body, written(response)]).toEqual([204, '', '1']);
  await write({ body: snappy(writeRequest1([series('one', 12, NOW + 1)])) });
  const { ids, values } = await samplesOf('one');
  expect(ids).toMatchObject([{ account: ACCOUNT, namespace: 'prometheus', dimensions: { instance: 'a' } }]);
  expect(values).toEqual([97.39, 12]);
});

test('2.0, in a namespace of its own', async () => {
  const body = snappy(writeRequest2([series('two', 5)]));
  const response = await write({ body, type: V2, query: '?namespace=fleet' });
  expect([response.statusCode, written(response)]).toEqual([204, '1']);
  expect((await samplesOf('two')).ids).toMatchObject([{ namespace: 'fleet', dimensions: { instance: 'a' } }]);
});

test('what is wrong costs its samples, is told, and is not asked for again', async () => {
  const twice = message([1, 'instance'], [2, 'a']);
  const body = message(
    [1, writeRequest1([series('good', 1)]).subarray(2)],
    [1, writeRequest1([series('future', 1, NOW + 600_001), series('x', 1)]).subarray(2)],
    [
      1,
      message(
        [1, message([1, '__name__'], [2, 'double'])],
        [1, twice],
        [1, twice],
        [2, message([1, { double: 1 }], [2, { varint: NOW }])],
      ),
    ],
    [1, message([1, message([1, 'no'], [2, 'name'])], [2, message([2, { varint: NOW }])])],
    [1, message([1, message([1, '__name__'], [2, Uint8Array.of(0xff)])], [2, message([2, { varint: NOW }])])],
  );
  const response = await write({ body: snappy(body) });
  expect([response.statusCode, written(response)]).toEqual([400, '1']);
  expect(response.json().error).toMatchObject({ code: 'samples_rejected_in_part' });
  expect(response.json().error.message).toContain('4 of 5 samples');
  expect((await samplesOf('good')).values).toEqual([1]);
  expect((await samplesOf('double')).values).toEqual([]);
});

test('ends of series, histograms and values that are none are counted, and said', async () => {
  const label = message([1, '__name__'], [2, 'mixed']);
  const stale = message([1, message([1, label], [2, message(STALE, [2, { varint: NOW }])])]);
  const response = await write({ body: snappy(stale) });
  expect([response.statusCode, written(response)]).toEqual([204, '1']);
  const others = message([
    1,
    message([1, label], [2, message([1, { double: Number.POSITIVE_INFINITY }], [2, { varint: NOW }])], [4, message()]),
  ]);
  const second = await write({ body: snappy(others) });
  expect([second.statusCode, written(second)]).toEqual([200, '0']);
  expect(second.headers['x-prometheus-remote-write-histograms-written']).toBe('0');
  expect(second.body).toBe(
    '1 native histograms were counted and are not evaluated; 1 samples were NaN or infinite, which is never a value.\n',
  );
  expect((await samplesOf('mixed')).ids).toEqual([]);
});

test('metadata is kept', async () => {
  const metadata = message([3, message([1, { varint: 2 }], [2, 'temp'], [4, 'How warm.'], [5, 'celsius'])]);
  expect((await write({ body: snappy(metadata) })).statusCode).toBe(204);
  expect(api.ingest.metadata(ACCOUNT)).toContainEqual({
    ...{ namespace: 'prometheus', metricName: 'temp' },
    ...{ type: 'gauge', unit: 'celsius', help: 'How warm.' },
  });
});

const fine = snappy(writeRequest1([series('fine')]));
test.each<[string, Write, number, string]>([
  ['not snappy', { body: writeRequest1([series('raw')]) }, 400, 'snappy_malformed'],
  ['cut off', { body: fine.subarray(0, fine.length - 4) }, 400, 'snappy_malformed'],
  ['a bomb', { body: Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f) }, 413, 'decompressed_too_large'],
  ['not protobuf', { body: snappy(Uint8Array.of(0x0b)) }, 400, 'protobuf_malformed'],
  ['JSON', { body: fine, type: 'application/json' }, 415, 'body_type_unsupported'],
  ['an unknown message', { body: fine, type: 'application/x-protobuf;proto=io.v3' }, 415, 'body_type_unsupported'],
  ['gzip', { body: fine, encoding: 'gzip' }, 415, 'body_encoding_unsupported'],
  ['a namespace that is none', { body: fine, query: '?namespace=a%20b' }, 400, 'sample_namespace_invalid'],
  ['a parameter that there is not', { body: fine, query: '?name=x' }, 400, 'query_invalid'],
  ['too old only', { body: snappy(writeRequest1([series('old', 1, 1000)])) }, 400, 'samples_rejected'],
])('refused: %s', async (_, request, status, code) => {
  const response = await write(request);
  expect([response.statusCode, response.json().error.code]).toEqual([status, code]);
});

test('without credentials nothing is read', async () => {
  const response = await api.app.inject({
    method: 'POST',
    url: '/prometheus/api/v1/write',
    payload: Buffer.from(fine),
  });
  expect([response.statusCode, response.json().error.code]).toEqual([401, 'credentials_missing']);
});

test('a log that cannot write makes the sender come again: 503 with Retry-After', async () => {
  api.state.refusal = new CloudbellError('log_unavailable', { message: 'the disk is full' });
  const response = await write({ body: fine });
  api.state.refusal = null;
  expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '1']);
  expect((await write({ body: fine })).statusCode).toBe(204);
});
