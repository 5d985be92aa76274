import { expect, test } from 'vitest';
import { readJsonMessage } from './json-message.ts';
import { otlpRows } from './otlp-rows.ts';
import { EXPORT_METRICS_REQUEST } from './otlp-schema.ts';
import { type Field, message, repeated } from './protobuf-fixture.contract.ts';
import { readMessage } from './protobuf-object.ts';
import { decoded, wireErrorOf } from './rows-fixture.contract.ts';
import type { SampleRows } from './sample-rows.ts';

const NANO = 1_700_000_000_000_000_000n;
const AT = '@1700000000000';
const json =
  (body: unknown) =>
  (rows: SampleRows): void =>
    otlpRows(readJsonMessage(body, EXPORT_METRICS_REQUEST), rows);
const proto =
  (bytes: Uint8Array) =>
  (rows: SampleRows): void =>
    otlpRows(readMessage(bytes, bytes.length, EXPORT_METRICS_REQUEST), rows);

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const request = (...metrics: object[]) => ({
  resourceMetrics: [
    {
      resource: { attributes: [text('service.name', 'shop'), text('zone', 'resource')] },
      scopeMetrics: [{ scope: { name: 'meter', version: '2', attributes: [text('zone', 'scope')] }, metrics }],
    },
  ],
});
const point = (change: object) => ({ timeUnixNano: String(NANO), ...change });
const SHARED = 'service.name="shop",zone="scope",otel.scope.name="meter",otel.scope.version="2"';

test.each<[string, object, string[]]>([
  ['a gauge', { name: 'g', gauge: { dataPoints: [point({ asDouble: 97.39 })] } }, [`g{${SHARED}} 97.39 ${AT}`]],
  [
    'a whole number as a text',
    { name: 'g', gauge: { dataPoints: [point({ asInt: '-7' })] } },
    [`g{${SHARED}} -7 ${AT}`],
  ],
  [
    'attributes of every kind, which win over those of scope and resource',
    {
      name: 'g',
      gauge: {
        dataPoints: [
          point({
            asDouble: 1,
            attributes: [
              text('zone', 'point'),
              { key: 'n', value: { intValue: '5' } },
              { key: 'b', value: { boolValue: false } },
              { key: 'l', value: { arrayValue: { values: [{ stringValue: 'x' }, { doubleValue: 1.5 }] } } },
              { key: 'none' },
            ],
          }),
        ],
      },
    },
    [
      `g{service.name="shop",zone="point",otel.scope.name="meter",otel.scope.version="2",n="5",b="false",l="x,1.5"} 1 ${AT}`,
    ],
  ],
  [
    'a cumulative sum that starts again, as it is',
    {
      name: 's',
      sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point({ asInt: 9 }), point({ asInt: 2 })] },
    },
    [`s{${SHARED}} 9 ${AT}`, `s{${SHARED}} 2 ${AT}`],
  ],
  [
    'a delta, as it is',
    {
      name: 's',
      sum: { aggregationTemporality: 'AGGREGATION_TEMPORALITY_DELTA', dataPoints: [point({ asDouble: 3 })] },
    },
    [`s{${SHARED}} 3 ${AT}`],
  ],
  [
    'a histogram, its buckets added up',
    {
      name: 'h',
      histogram: {
        dataPoints: [point({ count: '6', sum: 12.5, bucketCounts: ['1', '2', '3'], explicitBounds: [0.5, 10] })],
      },
    },
    [
      `h_count{${SHARED}} 6 ${AT}`,
      `h_sum{${SHARED}} 12.5 ${AT}`,
      `h_bucket{${SHARED},le="0.5"} 1 ${AT}`,
      `h_bucket{${SHARED},le="10"} 3 ${AT}`,
      `h_bucket{${SHARED},le="+Inf"} 6 ${AT}`,
    ],
  ],
  [
    'an exponential histogram: its count and sum',
    { name: 'e', exponentialHistogram: { dataPoints: [point({ count: 4, sum: 2, scale: 3, positive: {} })] } },
    [`e_count{${SHARED}} 4 ${AT}`, `e_sum{${SHARED}} 2 ${AT}`],
  ],
  [
    'a summary',
    {
      name: 'q',
      summary: { dataPoints: [point({ count: 4, sum: 2, quantileValues: [{ quantile: 0.99, value: 0.7 }] })] },
    },
    [`q_count{${SHARED}} 4 ${AT}`, `q_sum{${SHARED}} 2 ${AT}`, `q{${SHARED},quantile="0.99"} 0.7 ${AT}`],
  ],
  [
    'no value recorded: the series has ended',
    { name: 'g', gauge: { dataPoints: [point({ asDouble: 1, flags: 1 })] } },
    [],
  ],
  ['a point without a value', { name: 'g', gauge: { dataPoints: [point({})] } }, []],
  [
    'buckets without their bounds',
    { name: 'h', histogram: { dataPoints: [point({ count: 1, bucketCounts: [1, 2] })] } },
    [`h_count{${SHARED}} 1 ${AT}`],
  ],
  ['a metric of no kind', { name: 'later', laterKind: {} }, []],
])('JSON: %s', (_, metric, lines) => expect(decoded(json(request(metric))).lines).toEqual(lines));

const attribute = (key: string, value: Field): Uint8Array => message([1, key], [2, message(value)]);
const time: Field = [3, { fixed64: NANO }];
const wrapped = (...metrics: readonly Uint8Array[]): Uint8Array =>
  message([
    1,
    message(
      [1, message([1, attribute('service.name', [1, 'shop'])])],
      [2, message([1, message([1, 'meter'])], ...repeated(2, metrics))],
      [3, 'https://opentelemetry.io/schemas/1.0'],
    ),
  ]);

test('protobuf says the same', () => {
  const asInt: Field = [6, { fixed64: BigInt.asUintN(64, -7n) }];
  const counts = message(...[1n, 2n].map((count): Field => [1, { fixed64: count }]));
  // A packed list is the numbers alone, without their tags.
  const packedCounts = counts.filter((_, at) => at % 9 !== 0);
  const bytes = wrapped(
    message(
      [1, 'g'],
      [2, 'Help.'],
      [3, 'By'],
      [5, message([1, message(time, asInt, [7, attribute('n', [3, { varint: 5 }])])])],
    ),
    message([1, 's'], [7, message([1, message(time, [4, { double: 1.5 }])], [2, { varint: 2 }], [3, { varint: 1 }])]),
    message(
      [1, 'h'],
      [
        9,
        message([1, message(time, [4, { fixed64: 3n }], [5, { double: 4 }], [6, packedCounts], [7, { double: 2.5 }])]),
      ],
    ),
  );
  const { rows, lines } = decoded(proto(bytes));
  const shared = 'service.name="shop",otel.scope.name="meter"';
  expect(lines).toEqual([
    `g{${shared},n="5"} -7 ${AT}`,
    `s{${shared}} 1.5 ${AT}`,
    `h_count{${shared}} 3 ${AT}`,
    `h_sum{${shared}} 4 ${AT}`,
    `h_bucket{${shared},le="2.5"} 1 ${AT}`,
    `h_bucket{${shared},le="+Inf"} 3 ${AT}`,
  ]);
  expect(rows.metadata.map(({ metricName, type, unit, help }) => [metricName, type, unit, help])).toEqual([
    ['g', 'gauge', 'By', 'Help.'],
    ['s', 'counter', '', ''],
    ['h', 'histogram', '', ''],
  ]);
});

test.each<[string, (rows: SampleRows) => void, string]>([
  ['a list for a body', json([]), 'otlp_malformed'],
  ['a number for a list', json({ resourceMetrics: 5 }), 'otlp_malformed'],
  ['a text for a message', json({ resourceMetrics: ['x'] }), 'otlp_malformed'],
  ['a number for a name', json(request({ name: 5 })), 'otlp_malformed'],
  ['an object for a number', json(request({ gauge: { dataPoints: [{ asDouble: {} }] } })), 'otlp_malformed'],
  ['bytes that are no message', proto(new TextEncoder().encode('{"resourceMetrics":[]}')), 'protobuf_malformed'],
  ['a message that is cut off', proto(wrapped(message([1, 'g'])).subarray(0, 12)), 'protobuf_malformed'],
])('refused: %s', (_, read, code) => expect(wireErrorOf(read)).toBe(code));

test('null is as good as absent, and a refusal names the path', () => {
  expect(decoded(json({ resourceMetrics: null })).lines).toEqual([]);
  expect(() => decoded(json({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 1 }] }] }] }))).toThrow(
    'resourceMetrics[0].scopeMetrics[0].metrics[0].name is a number, not a text.',
  );
});
