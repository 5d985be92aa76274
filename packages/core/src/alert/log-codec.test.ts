import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Rule } from '../rule/rule.ts';
import { decodeRecords, encodeRecords, LOG_CODEC_VERSION } from './log-codec.ts';
import type { LogRecord } from './log-record.ts';

const rule: Rule = {
  account: '1',
  ruleId: 'r1',
  version: 3,
  ruleName: '内存 usage \ud800 "quoted"',
  enabled: true,
  namespace: 'acs_ecs',
  metricName: 'Host.mem.usedutilization',
  resources: [{ instanceId: 'i-12' }],
  period: 60,
  escalations: {
    warn: { statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 3 },
  },
  webhook: null,
  callbackProfile: null,
  contactGroups: ['ops'],
  silenceTime: 86400,
  sendOk: true,
  grace: 10,
  effectiveInterval: '00:00-23:59',
  noDataPolicy: 'KEEP_LAST_STATE',
  noDataPeriods: null,
  labels: { team: 'web' },
};

const silence = {
  account: '1',
  silenceId: 's1',
  version: 1,
  by: { ruleId: 'r1' },
  from: 0,
  until: 1,
  who: 'a',
  why: 'b',
};

// Names and values of any code units, lone surrogates and __proto__ included.
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom('\ud800', '__proto__', '内存'));
const dimensions = fc.array(fc.tuple(text, text), { maxLength: 4 }).map((pairs) => {
  const all = {};
  for (const [name, value] of pairs) {
    Object.defineProperty(all, name, { value, enumerable: true, writable: true, configurable: true });
  }
  return all;
});
const time = fc.integer({ min: -1e12, max: 4e12 });
const samples = fc
  .array(fc.tuple(fc.nat(0xffffffff), fc.double({ noNaN: true }), fc.double({ noNaN: true })), { maxLength: 20 })
  .map((rows) => ({
    kind: 'samples' as const,
    seriesIds: Uint32Array.from(rows, (row) => row[0]),
    timestamps: Float64Array.from(rows, (row) => row[1]),
    values: Float64Array.from(rows, (row) => row[2]),
  }));
const record: fc.Arbitrary<LogRecord> = fc.oneof(
  samples,
  fc.record({
    kind: fc.constant('series' as const),
    series: fc.array(
      fc.record({
        id: fc.nat(),
        account: text,
        namespace: text,
        metricName: text,
        dimensions,
        instanceName: fc.option(text),
      }),
      { maxLength: 3 },
    ),
  }),
  fc.constant({ kind: 'tick' as const }),
  fc.record({ kind: fc.constantFrom('gap' as const, 'clock' as const), from: time, to: time }),
  fc.record({
    kind: fc.constant('rule' as const),
    account: text,
    ruleId: text,
    version: fc.nat(),
    rule: fc.constantFrom(rule, null),
    closeNotify: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('silence' as const),
    silence: fc.record({
      account: text,
      silenceId: text,
      version: fc.nat(),
      by: fc.oneof(fc.record({ ruleId: text }), fc.record({ alertId: text }), fc.record({ dimensions })),
      from: time,
      until: time,
      who: text,
      why: text,
    }),
  }),
  fc.record({
    kind: fc.constant('acknowledge' as const),
    account: text,
    ruleId: text,
    alertId: text,
    since: time,
    number: fc.nat(),
    acknowledged: fc.boolean(),
    by: text,
  }),
  fc.record({ kind: fc.constant('dismiss' as const), alertId: text, by: text }),
  fc.record({ kind: fc.constant('zone' as const), account: text, timeZone: text }),
);
const records = fc.array(record, { maxLength: 6 });

// JSON has one zero; nothing that is folded tells -0 from 0 outside sample values, which are kept bit for bit.
test('what was encoded comes back, from any alignment', () => {
  fc.assert(
    fc.property(records, fc.nat(9), (given, offset) => {
      const bytes = encodeRecords(given);
      const moved = new Uint8Array(bytes.length + offset);
      moved.set(bytes, offset);
      expect(decodeRecords(moved.subarray(offset))).toEqual(given);
    }),
  );
});

test('any one byte changed, and any cut, is an error', () => {
  fc.assert(
    fc.property(records, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, where, mask) => {
      const bytes = encodeRecords(given);
      const at = where % bytes.length;
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ mask;
      expect(() => decodeRecords(changed)).toThrow('malformed');
      expect(() => decodeRecords(bytes.slice(0, at))).toThrow('malformed');
    }),
  );
});

test('arbitrary bytes are an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(() => decodeRecords(bytes)).toThrow('malformed');
    }),
  );
});

test('the form of version 1 is pinned: a log written today is read by every later release', () => {
  const bytes = encodeRecords([
    {
      kind: 'samples',
      seriesIds: Uint32Array.of(7),
      timestamps: Float64Array.of(1000),
      values: Float64Array.of(97.39),
    },
    { kind: 'tick' },
  ]);
  expect(LOG_CODEC_VERSION).toBe(1);
  expect(Buffer.from(bytes).toString('hex')).toMatchInlineSnapshot(
    `"43424c0129a4f276480000000200000001000000140000000000000000408f40295c8fc2f55858400700000000000000020000000f0000007b226b696e64223a227469636b227d00"`,
  );
});

test.each([
  ['a silence of nothing', { kind: 'silence', silence: { ...silence, by: {} } }],
  ['a silence without who', { kind: 'silence', silence: { ...silence, who: undefined } }],
  [
    'an acknowledgement without number',
    { kind: 'acknowledge', account: '1', ruleId: 'r', alertId: 'a', since: 1, acknowledged: true, by: 'a' },
  ],
])('%s is of another version: it is not folded', (_, bad) => {
  expect(() => decodeRecords(encodeRecords([bad as never]))).toThrow('malformed log record of kind');
});

test('another version is named in the error', () => {
  const bytes = encodeRecords([{ kind: 'tick' }]);
  bytes[3] = 2;
  expect(() => decodeRecords(bytes)).toThrow('it has version 2, not 1');
});

test.each([
  [
    'arrays of unequal lengths',
    { kind: 'samples', seriesIds: Uint32Array.of(1), timestamps: new Float64Array(0), values: new Float64Array(1) },
  ],
  ['a time that is not finite', { kind: 'gap', from: Number.NaN, to: 1 }],
  ['a silence without end', { kind: 'silence', silence: { ...silence, until: Number.POSITIVE_INFINITY } }],
] satisfies [string, LogRecord][])('%s are refused before they are stored', (_, bad) => {
  expect(() => encodeRecords([bad])).toThrow();
});
