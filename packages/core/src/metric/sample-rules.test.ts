import { expect, test } from 'vitest';
import { sampleInput } from '../contract/sample.ts';
import { closestName } from './closest-name.ts';
import { DEFAULT_NAME_LIMITS } from './dimension-rules.ts';
import { identityProblem, readMeasurement, shapeProblem } from './sample-rules.ts';
import { utf8Bytes } from './text-size.ts';

const NOW = 1_700_000_000_000;
const times = { nowMs: NOW, futureMaxMs: 600_000, retentionMs: 7 * 86_400_000 };
const good = {
  namespace: 'acs_ecs',
  metricName: 'Host.mem.usedutilization',
  dimensions: { userId: '12', instanceId: 'i-12' },
  timestamp: NOW,
  value: 97.39,
};

function check(item: unknown): { code: string; field?: string | undefined; hint: string } | null {
  const shape = shapeProblem(item);
  if (shape !== null) return shape;
  const identity = identityProblem(item as Record<string, unknown>, DEFAULT_NAME_LIMITS);
  if (identity !== null) return identity;
  const read = readMeasurement(item as Record<string, unknown>, times, DEFAULT_NAME_LIMITS);
  return 'problem' in read ? read.problem : null;
}

const taken: [string, object][] = [
  ['the usual sample', {}],
  ['no timestamp means now', { timestamp: undefined }],
  ['no dimensions', { dimensions: undefined }],
  ['a display name', { instanceName: '网关 №1' }],
  ['a Prometheus name', { metricName: 'node_memory:rate5m' }],
  ['ten minutes ahead, to the ms', { timestamp: NOW + 600_000 }],
  ['seven days old, to the ms', { timestamp: NOW - 7 * 86_400_000 }],
  ['negative zero', { value: -0 }],
  ['exactly 255 bytes of name', { metricName: 'm'.repeat(255) }],
  ['exactly 1,024 bytes of value', { dimensions: { path: 'é'.repeat(512) } }],
  ['exactly 64 dimensions', { dimensions: Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`d${i}`, 'v'])) }],
  ['values may hold what names may not', { dimensions: { query: 'a=1, b={2}\n' } }],
  ['a dimension called __proto__', { dimensions: JSON.parse('{"__proto__":"x"}') }],
];

test.each(taken)('taken: %s', (_, change) => {
  expect(check({ ...good, ...change })).toBeNull();
});

const refused: [string, unknown, string, string | undefined][] = [
  ['null instead of a sample', null, 'sample_invalid', undefined],
  ['a list instead of a sample', [good], 'sample_invalid', undefined],
  ['a misspelt field', { ...good, dimension: {} }, 'sample_field_unknown', 'dimension'],
  ['no namespace', { ...good, namespace: undefined }, 'sample_namespace_invalid', 'namespace'],
  ['a blank in the namespace', { ...good, namespace: 'acs ecs' }, 'sample_namespace_invalid', 'namespace'],
  ['an empty metric name', { ...good, metricName: '' }, 'sample_metric_name_invalid', 'metricName'],
  ['256 bytes of metric name', { ...good, metricName: 'm'.repeat(256) }, 'sample_metric_name_invalid', 'metricName'],
  ['a control character', { ...good, metricName: 'a\nb' }, 'sample_metric_name_invalid', 'metricName'],
  ['dimensions as a list', { ...good, dimensions: [] }, 'sample_dimensions_invalid', 'dimensions'],
  ['null dimensions', { ...good, dimensions: null }, 'sample_dimensions_invalid', 'dimensions'],
  [
    'a number as a dimension',
    { ...good, dimensions: { userId: 12 } },
    'sample_dimensions_invalid',
    'dimensions.userId',
  ],
  ['an empty dimension', { ...good, dimensions: { zone: '' } }, 'sample_dimensions_invalid', 'dimensions.zone'],
  ['a dimension without a name', { ...good, dimensions: { '': 'x' } }, 'sample_dimensions_invalid', 'dimensions.'],
  [
    '= in the name of a dimension',
    { ...good, dimensions: { 'a=b': 'x' } },
    'sample_dimensions_invalid',
    'dimensions.a=b',
  ],
  [
    '1,025 bytes in 513 letters',
    { ...good, dimensions: { path: `${'é'.repeat(512)}x` } },
    'sample_dimensions_invalid',
    'dimensions.path',
  ],
  [
    'half a surrogate pair',
    { ...good, dimensions: { path: '\ud800' } },
    'sample_dimensions_invalid',
    'dimensions.path',
  ],
  [
    '65 dimensions',
    { ...good, dimensions: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`d${i}`, 'v'])) },
    'sample_dimensions_invalid',
    'dimensions',
  ],
  ['no value', { ...good, value: undefined }, 'sample_value_invalid', 'value'],
  ['null for NaN', { ...good, value: null }, 'sample_value_invalid', 'value'],
  ['"NaN"', { ...good, value: 'NaN' }, 'sample_value_invalid', 'value'],
  ['a number in quotes', { ...good, value: '97.39' }, 'sample_value_invalid', 'value'],
  ['1e999', { ...good, value: JSON.parse('1e999') }, 'sample_value_invalid', 'value'],
  ['a timestamp in s', { ...good, timestamp: NOW / 1000 }, 'sample_timestamp_invalid', 'timestamp'],
  ['a timestamp with a fraction', { ...good, timestamp: NOW + 0.5 }, 'sample_timestamp_invalid', 'timestamp'],
  ['a timestamp in quotes', { ...good, timestamp: String(NOW) }, 'sample_timestamp_invalid', 'timestamp'],
  ['null for the timestamp', { ...good, timestamp: null }, 'sample_timestamp_invalid', 'timestamp'],
  ['1 ms more than ten minutes ahead', { ...good, timestamp: NOW + 600_001 }, 'sample_timestamp_future', 'timestamp'],
  ['a timestamp in µs', { ...good, timestamp: NOW * 1000 }, 'sample_timestamp_future', 'timestamp'],
  [
    '1 ms older than raw samples are kept',
    { ...good, timestamp: NOW - 7 * 86_400_000 - 1 },
    'sample_timestamp_old',
    'timestamp',
  ],
  [
    'a control character in the display name',
    { ...good, instanceName: 'a\u0000' },
    'sample_instance_name_invalid',
    'instanceName',
  ],
  [
    '256 bytes of display name',
    { ...good, instanceName: 'é'.repeat(128) },
    'sample_instance_name_invalid',
    'instanceName',
  ],
];

test.each(refused)('refused: %s', (_, item, code, field) => {
  const problem = check(item);
  expect([problem?.code, problem?.field]).toEqual([code, field]);
  expect(problem?.hint).toMatch(/.{8}/);
});

test('hints name the way out', () => {
  expect(check({ ...good, timestamp: 1_700_000_000 })?.hint).toBe('Multiply it by 1000: 1700000000000.');
  expect(check({ ...good, timestamp: NOW * 1000 })?.hint).toContain('µs');
  expect(check({ ...good, dimension: {} })?.hint).toBe('Did you mean "dimensions"?');
  expect(check({ ...good, value: '97.39' })?.hint).toContain('without quotes');
});

test('the schema that clients see takes what is taken', () => {
  for (const [name, change] of taken)
    expect([name, sampleInput.safeParse({ ...good, ...change }).success]).toEqual([name, true]);
});

test('bytes are counted as UTF-8 has them', () => {
  for (const text of ['', 'abc', 'é', '界', '😀', '\ud800', 'a😀é\udc00']) {
    expect([text, utf8Bytes(text)]).toEqual([text, Buffer.from(text).length]);
  }
});

test('a name is suggested only when it is near', () => {
  expect(closestName('threshhold', ['threshold', 'times'])).toBe('threshold');
  expect(closestName('AVERAGE', ['Average', 'Maximum'])).toBe('Average');
  expect(closestName('colour', ['threshold', 'times'])).toBeNull();
  expect(closestName('x'.repeat(1e6), ['times'])).toBeNull();
});
