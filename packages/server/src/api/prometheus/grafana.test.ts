/**
 * Goal: Grafana's Prometheus data source works as it is. The requests are those that its two halves send (pkg/promlib
 * and packages/grafana-prometheus of its main branch, 2025), with a data source URL that ends in /prometheus.
 */
import { message, writeRequest1 } from '@cloudbell/core/wire/protobuf-fixture.contract.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOW } from '../../ports/store-fixtures.contract.ts';
import { BASIC, type Fixture, openFixture } from '../api-fixture.contract.ts';
import { snappy } from '../push/snappy-fixture.contract.ts';

/** s; a quarter of an hour of samples ends here. */
const END = NOW / 1000;
const START = END - 900;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** As remote write 1.0 has it: a counter, its name and its help. */
const METADATA = message([3, message([1, { varint: 1 }], [2, 'http_requests_total'], [4, 'Requests.'])]);

let api: Fixture;
beforeAll(async () => {
  api = await openFixture();
  const samples = (value: (index: number) => number) =>
    Array.from({ length: 61 }, (_, index) => [(START + index * 15) * 1000, value(index)] as const);
  const request = writeRequest1([
    { labels: { __name__: 'up', job: 'node', instance: 'a:9100' }, samples: samples(() => 1) },
    { labels: { __name__: 'up', job: 'node', instance: 'b:9100' }, samples: samples(() => 0) },
    {
      labels: { __name__: 'http_requests_total', job: 'shop', instance: 'c:80', code: '200' },
      samples: samples((index) => index * 30),
    },
  ]);
  await api.app.inject({
    method: 'POST',
    url: '/prometheus/api/v1/write',
    headers: { authorization: BASIC, 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
    payload: Buffer.from(snappy(Buffer.concat([request, METADATA]))),
  });
  const own = {
    namespace: 'acs_ecs',
    metricName: 'Host.mem.usedutilization',
    dimensions: { instanceId: 'i-12', 'host.name': 'web' },
  };
  await api.ask({ method: 'POST', url: '/api/v1/samples', body: [{ ...own, timestamp: NOW - 30_000, value: 97.39 }] });
});
afterAll(() => api.close());

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly parameters?: Record<string, string | number>;
}

/** Parameters go into the query of a GET and the form of a POST, as Grafana's httpMethod says. */
async function call({ method, path, parameters = {} }: Call) {
  const text = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)])).toString();
  const response = await api.app.inject({
    method,
    url: `/prometheus/api/v1/${path}${method === 'GET' && text !== '' ? `?${text}` : ''}`,
    headers: { authorization: BASIC, ...(method === 'POST' ? FORM : {}) },
    ...(method === 'POST' ? { payload: text } : {}),
  });
  return { status: response.statusCode, answer: response.json() };
}
const RANGE = { start: START, end: END };
const DATA_SOURCE = { ...RANGE, limit: 40_000 };
const success = (data: unknown) => ({ status: 'success', data });
const HOST = { __name__: 'Host.mem.usedutilization', 'host.name': 'web', instanceId: 'i-12' };

const CALLS: readonly [string, Call, unknown][] = [
  [
    'Save & test: a query that needs no data, at 4 s after 1970',
    { method: 'POST', path: 'query', parameters: { query: '1+1', time: 4 } },
    success({ resultType: 'scalar', result: [4, '2'] }),
  ],
  [
    'the metric browser: names of metrics',
    { method: 'GET', path: 'label/__name__/values', parameters: DATA_SOURCE },
    success(['Host.mem.usedutilization', 'http_requests_total', 'up']),
  ],
  [
    'names of labels',
    { method: 'POST', path: 'labels', parameters: DATA_SOURCE },
    success(['__name__', '__namespace__', 'code', 'host.name', 'instance', 'instanceId', 'job']),
  ],
  [
    'names of the labels of a metric',
    { method: 'POST', path: 'labels', parameters: { ...DATA_SOURCE, 'match[]': '{__name__="http_requests_total"}' } },
    success(['__name__', 'code', 'instance', 'job']),
  ],
  [
    'values of a label among the series of a metric',
    { method: 'GET', path: 'label/instance/values', parameters: { ...DATA_SOURCE, 'match[]': 'up{job="node"}' } },
    success(['a:9100', 'b:9100']),
  ],
  [
    'a label whose name is no word, escaped',
    { method: 'GET', path: 'label/U__host_2e_name/values', parameters: DATA_SOURCE },
    success(['web']),
  ],
  [
    'the series of a selector',
    { method: 'POST', path: 'series', parameters: { ...DATA_SOURCE, 'match[]': 'up{instance=~"a.*|x"}' } },
    success([{ __name__: 'up', instance: 'a:9100', job: 'node' }]),
  ],
  [
    'every series, as older Grafana asks for them',
    { method: 'GET', path: 'series', parameters: { ...RANGE, limit: 2, 'match[]': '{__name__!=""}' } },
    {
      ...success([
        { ...HOST, __namespace__: 'acs_ecs' },
        { __name__: 'http_requests_total', code: '200', instance: 'c:80', job: 'shop' },
      ]),
      warnings: ['results truncated due to limit'],
    },
  ],
  [
    'a panel',
    {
      method: 'POST',
      path: 'query_range',
      parameters: { query: 'sum by (job) (increase(http_requests_total[1m]))', start: END - 120, end: END, step: 60 },
    },
    success({
      resultType: 'matrix',
      result: [
        {
          metric: { job: 'shop' },
          values: [
            [END - 120, '120'],
            [END - 60, '120'],
            [END, '120'],
          ],
        },
      ],
    }),
  ],
  [
    'a table',
    { method: 'POST', path: 'query', parameters: { query: 'up == 0', time: END } },
    success({
      resultType: 'vector',
      result: [{ metric: { __name__: 'up', instance: 'b:9100', job: 'node' }, value: [END, '0'] }],
    }),
  ],
  [
    'a metric whose name is no word, in quotes, as the query builder writes it',
    { method: 'POST', path: 'query', parameters: { query: '{"Host.mem.usedutilization"}', time: END } },
    success({
      resultType: 'vector',
      result: [
        {
          metric: { ...HOST, __namespace__: 'acs_ecs' },
          value: [END, '97.39'],
        },
      ],
    }),
  ],
  [
    'one namespace alone, by the data source’s custom query parameters',
    { method: 'GET', path: 'query', parameters: { query: '{instanceId!=""}', time: END, namespace: 'acs_ecs' } },
    success({
      resultType: 'vector',
      result: [{ metric: HOST, value: [END, '97.39'] }],
    }),
  ],
  [
    'what metrics are',
    { method: 'GET', path: 'metadata' },
    success({ http_requests_total: [{ type: 'counter', help: 'Requests.', unit: '' }] }),
  ],
  [
    'which Prometheus this is: by POST, although Prometheus has only GET',
    { method: 'POST', path: 'status/buildinfo' },
    success({
      ...{ version: '3.0.0', revision: 'cloudbell-1.2.3' },
      ...{ branch: '', buildUser: '', buildDate: '', goVersion: '' },
    }),
  ],
  ['rules, of which none are PromQL', { method: 'GET', path: 'rules' }, success({ groups: [] })],
];

test.each(CALLS)('%s', async (_, request, wanted) => {
  expect(await call(request)).toEqual({ status: 200, answer: wanted });
});

test('by POST all parameters may be in the query as well, and the form wins', async () => {
  const response = await api.app.inject({
    method: 'POST',
    url: `/prometheus/api/v1/query?query=1&time=${END}&dedup=true`,
    headers: { authorization: BASIC, ...FORM },
    payload: 'query=2',
  });
  expect(response.json()).toEqual(success({ resultType: 'scalar', result: [END, '2'] }));
});

describe('errors have the form of Prometheus', () => {
  const query = (text: string): Call => ({ method: 'POST', path: 'query', parameters: { query: text, time: END } });
  const range = (over: object): Call => ({
    method: 'POST',
    path: 'query_range',
    parameters: { query: 'up', ...RANGE, step: 15, ...over },
  });
  test.each<[Call, number, string, string]>([
    [
      query('irate(up[1m])'),
      400,
      'bad_data',
      'unsupported_promql: the function irate is not supported here. docs/queries.md says what is.',
    ],
    [query('up and up'), 400, 'bad_data', 'unsupported_promql: the operator and is not supported here.'],
    [query('sum(up'), 400, 'bad_data', 'promql_invalid: expected ")" at 7, found the end of the query.'],
    [query('up{job=~"(?=a)"}'), 400, 'bad_data', 'promql_invalid: error parsing regexp:'],
    [query('-{__name__=~"up|down"} + 0'), 200, '', ''],
    [query('rate({job="node"}[5m]) + sum(1)'), 400, 'bad_data', 'promql_invalid: sum takes an instant vector.'],
    [query(''), 400, 'bad_data', 'query_invalid: The parameter query is missing.'],
    [range({ step: 0 }), 400, 'bad_data', 'query_invalid: The parameter step is no duration'],
    [range({ step: '1m30' }), 400, 'bad_data', 'query_invalid: The parameter step is no duration'],
    [range({ end: START - 1 }), 400, 'bad_data', 'query_invalid: end is before start.'],
    [range({ start: 'yesterday' }), 400, 'bad_data', 'query_invalid: The parameter start is no time.'],
    [range({ start: END - 11_001, step: 1 }), 400, 'bad_data', 'range_too_large: From start to end'],
    [range({ start: END - 11_000, step: 1 }), 200, '', ''],
    [range({ start: '2023-11-14T22:00:00.5+00:00', step: '1m' }), 200, '', ''],
    [{ method: 'GET', path: 'series' }, 400, 'bad_data', 'query_invalid: The parameter match[] is missing.'],
    [{ method: 'GET', path: 'series', parameters: { 'match[]': '{}' } }, 400, 'bad_data', 'promql_invalid: '],
  ])('%j: %d', async (request, status, errorType, error) => {
    const found = await call(request);
    expect(found).toMatchObject(
      status === 200
        ? { status, answer: { status: 'success' } }
        : { status, answer: { status: 'error', errorType, error: expect.stringContaining(error) } },
    );
  });

  test('credentials, and what is no form', async () => {
    const url = '/prometheus/api/v1/query';
    const nobody = await api.app.inject({ url });
    expect([nobody.statusCode, nobody.json()]).toMatchObject([401, { status: 'error', errorType: 'unauthorized' }]);
    const headers = { authorization: BASIC, 'content-type': 'application/json' };
    const json = await api.app.inject({ method: 'POST', url, headers, payload: '{}' });
    expect([json.statusCode, json.json()]).toMatchObject([415, { status: 'error', errorType: 'bad_data' }]);
  });
});
