import { afterAll, beforeAll, expect, test } from 'vitest';
import { CloudbellError } from '../../base/errors.ts';
import { NOW } from '../../ports/store-fixtures.contract.ts';
import { type Fixture, openFixture } from '../api-fixture.contract.ts';
import { parseLenientJson } from '../lenient-json.ts';

let api: Fixture;
beforeAll(async () => {
  api = await openFixture({ batchSamplesMax: 5, settings: { bodyBytesMax: 4096 } });
});
afterAll(() => api.close());

const sample = (change: object = {}): object => ({
  namespace: 'acs_ecs',
  metricName: 'Host.mem.usedutilization',
  dimensions: { userId: '12', instanceId: 'i-12' },
  timestamp: NOW,
  value: 97.39,
  ...change,
});
const post = (body: unknown, headers: Record<string, string> = {}) =>
  api.ask({ method: 'POST', url: '/api/v1/samples', body, headers });
const values = async () =>
  (await api.logged()).flatMap((record) => (record.kind === 'samples' ? [...record.values] : []));

test('taken samples are in the log when it answers', async () => {
  const answer = await post([sample(), sample({ value: 12, timestamp: NOW + 1 })]);
  expect([answer.statusCode, answer.json()]).toEqual([200, { accepted: 2, rejected: 0, errors: [] }]);
  expect(await values()).toEqual([97.39, 12]);
});

test('some bad: 200, the rest kept, each refusal with its place', async () => {
  const answer = await post([sample({ value: null }), sample({ value: 1 }), sample({ timestamp: NOW / 1000 })]);
  expect([answer.statusCode, answer.json().accepted, answer.json().rejected]).toEqual([200, 1, 2]);
  expect(answer.json().errors.map((each: { index: number; code: string }) => [each.index, each.code])).toEqual([
    [0, 'sample_value_invalid'],
    [2, 'sample_timestamp_invalid'],
  ]);
  expect((await values()).at(-1)).toBe(1);
});

test('a bare NaN costs its sample, not the batch', async () => {
  const text = JSON.stringify([sample({ value: '@' }), sample({ value: 2 }), sample({ value: '@@' })]);
  const answer = await post(text.replace('"@"', 'NaN').replace('"@@"', '-Infinity'));
  expect([answer.statusCode, answer.json().accepted, answer.json().errors.length]).toEqual([200, 1, 2]);
  expect(answer.json().errors[0]).toMatchObject({ index: 0, code: 'sample_value_invalid', field: 'value' });
});

test('all bad: 400, in the form of every error, with the counts beside it', async () => {
  const answer = await post([sample({ value: 'NaN' })]);
  expect([answer.statusCode, answer.json().error.code, answer.json().accepted, answer.json().rejected]).toEqual([
    400,
    'samples_rejected',
    0,
    1,
  ]);
});

test('nothing sent: nothing refused', async () => {
  expect((await post([])).json()).toEqual({ accepted: 0, rejected: 0, errors: [] });
});

test.each<[string, unknown, Record<string, string>, number, string]>([
  ['one sample without a list', sample(), {}, 400, 'body_invalid'],
  ['nothing', '', {}, 400, 'body_invalid'],
  ['half of a list', '[{', {}, 400, 'body_malformed'],
  ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'body_type_unsupported'],
  ['more samples than allowed', Array.from({ length: 6 }, () => sample()), {}, 413, 'batch_too_large'],
  ['more bytes than allowed', `[${' '.repeat(4096)}]`, {}, 413, 'body_too_large'],
])('%s', async (_, body, headers, status, code) => {
  const before = (await values()).length;
  const answer = await post(body, headers);
  expect([answer.statusCode, answer.json().error.code]).toEqual([status, code]);
  expect(await values()).toHaveLength(before);
});

test('limits that were hit, and what was refused, are on /metrics', async () => {
  const { body } = await api.ask({ url: '/metrics' });
  expect(body).toContain('cloudbell_limit_hits_total{limit="batch_samples"} 1\n');
  expect(body).toContain('cloudbell_limit_hits_total{limit="body_bytes"} 1\n');
  expect(body).toMatch(/cloudbell_ingest_samples_rejected_total\{code="sample_value_invalid"\} 4\n/);
});

test('while the log refuses nothing is acknowledged', async () => {
  api.state.refusal = new CloudbellError('log_unavailable', { message: 'the disk is full' });
  const answer = await post([sample()]);
  expect([answer.statusCode, answer.json().error.code]).toEqual([503, 'log_unavailable']);
  api.state.refusal = null;
  expect((await post([sample({ metricName: 'new' })])).statusCode).toBe(200);
});

test.each<[string, unknown]>([
  ['[NaN, -Infinity,Infinity]', ['NaN', '-Infinity', 'Infinity']],
  ['{"a":"NaN","b":NaN}', { a: 'NaN', b: 'NaN' }],
  ['{"a\\"NaN":"\\\\","b":NaN}', { 'a"NaN': '\\', b: 'NaN' }],
  ['[-1,NaN]', [-1, 'NaN']],
])('bare words become texts: %s', (text, value) => {
  expect(parseLenientJson(text)).toEqual(value);
});

test.each(['[NaNa]', '[nan]', '{NaN:1', '"NaN', '"\\', 'NaN,'])('still no JSON: %s', (text) => {
  expect(() => parseLenientJson(text)).toThrow('not valid JSON');
});

test('a hostile text costs one pass', () => {
  expect(() => parseLenientJson('"\\"'.repeat(1_000_000))).toThrow('not valid JSON');
});
