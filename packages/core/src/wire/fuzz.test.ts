/**
 * Goal: whatever bytes come in, a decoder answers rows or refuses with a WireError, and never throws anything else,
 * hangs, or points at a series that is not there. Method: arbitrary bytes, and a corpus of good messages that are
 * damaged: cut, spliced, bytes changed, numbers blown up. Runs for CLOUDBELL_FUZZ_S seconds in all: 20, and 300 in
 * `npm run test:long`.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJsonMessage } from './json-message.ts';
import { otlpRows } from './otlp-rows.ts';
import { EXPORT_METRICS_REQUEST } from './otlp-schema.ts';
import { type Field, message, repeated, STALE, writeRequest1, writeRequest2 } from './protobuf-fixture.contract.ts';
import { readMessage } from './protobuf-object.ts';
import { decodeWriteRequest1 } from './remote-write-1.ts';
import { decodeWriteRequest2 } from './remote-write-2.ts';
import { decoded } from './rows-fixture.contract.ts';
import { SampleRows } from './sample-rows.ts';
import { snappyLength, snappyUncompress } from './snappy-block.ts';
import { decodeText } from './text-format.ts';
import { WireError } from './wire-error.ts';

const SECONDS = Number(process.env.CLOUDBELL_FUZZ_S ?? 20);
const NOW = 1_700_000_000_000;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

type Decode = (bytes: Uint8Array, rows: SampleRows) => void;
const text =
  (isOpenMetrics: boolean, onConflict: 'keep' | 'export' | 'drop'): Decode =>
  (bytes, rows) =>
    void decodeText(bytes, bytes.length, rows, {
      ...{ isOpenMetrics, onConflict, timestampMs: NOW, keepsTimestamps: true },
      shared: new Map([['job', 'a']]),
    });

const SERIES = [
  { labels: { __name__: 'up', instance: 'a:9100', job: 'node' }, samples: [[NOW, 1] as const, [NOW + 1, -0] as const] },
  { labels: { __name__: 'büch', empty: '', long: 'x'.repeat(200) }, samples: [[0, Number.NaN] as const] },
];
const label = message([1, '__name__'], [2, 'm']);
const RICH_1 = message(
  [1, message([2, message([1, { double: 1 }])], [1, label], [2, message(STALE)], [4, message()], [1, label])],
  [3, message([1, { varint: 1 }], [2, 'm'], [4, 'Help.'])],
);
const RICH_2 = message(...repeated(4, ['', '__name__', 'm', 'Help.']), [
  5,
  message([1, { varint: 1 }], [1, { varint: 2 }], [3, message()], [5, message([1, { varint: 1 }], [3, { varint: 3 }])]),
]);
const time: Field = [3, { fixed64: 1_700_000_000_000_000_000n }];
const point = message(
  time,
  [4, { double: 2 }],
  [7, message([1, 'k'], [2, message([5, message([1, message([1, 'v'])])])])],
);
const histogram = message(
  time,
  [4, { fixed64: 3n }],
  [5, { double: 4 }],
  [6, new Uint8Array(16)],
  [7, new Uint8Array(8)],
);
const OTLP = message([
  1,
  message([
    2,
    message(
      [2, message([1, 'g'], [5, message([1, point])])],
      [2, message([1, 'h'], [9, message([1, histogram], [2, { varint: 1 }])])],
      [2, message([1, 's'], [11, message([1, message(time, [6, message([1, { double: 1 }])])])])],
    ),
  ]),
]);
const OTLP_JSON = `{"resourceMetrics":[{"resource":{"attributes":[{"key":"a","value":{"arrayValue":{"values":[{"intValue":"1"}]}}}]},
"scopeMetrics":[{"scope":{"name":"s"},"metrics":[{"name":"h","histogram":{"aggregationTemporality":1,"dataPoints":[{"count":"3","sum":1.5,
"bucketCounts":["1","2"],"explicitBounds":[1],"timeUnixNano":"1700000000000000000","flags":0}]}},{"name":"g","gauge":{"dataPoints":[{"asInt":"5"}]}}]}]}]}`;
const TEXT = '# HELP a b\\n c\n# TYPE a counter\na{x="1",y="\\"\\\\\\n"} 1.5e3 1700000000000\nb NaN\nc{} +Inf\n';
const OPEN = '# TYPE a histogram\n# UNIT a seconds\na_bucket{le="1"} 3 1700000000.5 # {t="x"} 0.5\na_count 3\n# EOF\n';

const DECODERS: readonly [string, Decode, readonly Uint8Array[]][] = [
  [
    'snappy',
    (bytes) => void snappyUncompress(bytes, new Uint8Array(snappyLength(bytes, 1_000_000))),
    [Uint8Array.of(8, 12, 97, 98, 99, 100, 1, 4), Uint8Array.of(7, 0, 97, 22, 1, 0), Uint8Array.of(3, 8, 97, 98, 99)],
  ],
  [
    'remote write 1.0',
    (bytes, rows) => decodeWriteRequest1(bytes, bytes.length, rows),
    [writeRequest1(SERIES), RICH_1],
  ],
  [
    'remote write 2.0',
    (bytes, rows) => decodeWriteRequest2(bytes, bytes.length, { rows, bytesMax: 100_000 }),
    [writeRequest2(SERIES), RICH_2],
  ],
  ['text format', text(false, 'export'), [bytesOf(TEXT)]],
  ['OpenMetrics', text(true, 'keep'), [bytesOf(OPEN)]],
  ['OTLP protobuf', (bytes, rows) => otlpRows(readMessage(bytes, bytes.length, EXPORT_METRICS_REQUEST), rows), [OTLP]],
  [
    'OTLP JSON',
    (bytes, rows) => {
      let json: unknown;
      try {
        json = JSON.parse(new TextDecoder().decode(bytes));
      } catch {
        return;
      }
      otlpRows(readJsonMessage(json, EXPORT_METRICS_REQUEST), rows);
    },
    [bytesOf(OTLP_JSON)],
  ],
];

type Damage = (bytes: Uint8Array) => Uint8Array;
const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const insert = (bytes: Uint8Array, at: number, more: Uint8Array, drop = 0): Uint8Array =>
  Uint8Array.from([...bytes.subarray(0, at), ...more, ...bytes.subarray(at + drop)]);
/** What breaks readers: borders of varints and lengths, and the characters that text formats turn on. */
const AWKWARD = [
  ...[[0], [0x7f], [0x80], [0xff], [0xff, 0xff, 0xff, 0xff, 0x0f], new Array<number>(10).fill(0xff), [0x80, 0x80, 0]],
  ...['{', '}', '"', '\\', '\n', '#', ',', '=', ' ', '-', 'null', '[]', '{}', '1e999', '""'].map((one) => [
    ...bytesOf(one),
  ]),
].map((one) => Uint8Array.from(one));
const damage: fc.Arbitrary<Damage> = fc.oneof(
  place.map(
    (at): Damage =>
      (bytes) =>
        bytes.subarray(0, Math.floor(at * bytes.length)),
  ),
  fc.tuple(place, fc.nat(255)).map(
    ([at, byte]): Damage =>
      (bytes) => {
        const changed = bytes.slice();
        if (changed.length > 0) changed[Math.floor(at * changed.length)] = byte;
        return changed;
      },
  ),
  fc.tuple(place, fc.constantFrom(...AWKWARD), fc.nat(3)).map(
    ([at, more, drop]): Damage =>
      (bytes) =>
        insert(bytes, Math.floor(at * bytes.length), more, drop),
  ),
  fc.tuple(place, place, place).map(
    ([from, to, at]): Damage =>
      (bytes) => {
        const [low, high] = [Math.min(from, to), Math.max(from, to)].map((one) => Math.floor(one * bytes.length));
        return insert(bytes, Math.floor(at * bytes.length), bytes.subarray(low, high));
      },
  ),
);

test.each(DECODERS)('%s: rows, or a WireError', { timeout: 3_600_000 }, (_, decode, corpus) => {
  const damaged = fc
    .tuple(fc.constantFrom(...corpus), fc.array(damage, { minLength: 1, maxLength: 4 }))
    .map(([good, damages]) => damages.reduce((bytes, one) => one(bytes), good));
  const outcomes = { rows: 0, refused: 0 };
  const attempt = (bytes: Uint8Array): void => {
    const rows = new SampleRows(1);
    rows.reset(0);
    try {
      decode(bytes, rows);
      outcomes.rows += 1;
    } catch (thrown) {
      if (!(thrown instanceof WireError)) throw thrown;
      outcomes.refused += 1;
    }
    for (let row = 0; row < rows.count; row++) expect(rows.slots[row]).toBeLessThan(Math.max(1, rows.table.count));
  };
  fc.assert(
    fc.property(
      fc.oneof({ weight: 4, arbitrary: damaged }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) }),
      attempt,
    ),
    {
      numRuns: Number.MAX_SAFE_INTEGER,
      interruptAfterTimeLimit: (SECONDS / DECODERS.length) * 1_000,
      markInterruptAsFailure: false,
    },
  );
  // A corpus that only ever breaks, or never does, would test nothing.
  expect(outcomes.rows).toBeGreaterThan(0);
  expect(outcomes.refused + Number(SECONDS < 1)).toBeGreaterThan(0);
});

test('remote write: what was written is what is read, in both versions', () => {
  const name = fc.stringMatching(/^[a-z_]{1,12}$/);
  const labels = fc.dictionary(name, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), {
    maxKeys: 8,
    noNullPrototype: true,
  });
  const series = fc.record({
    labels: labels.map((others) => ({ __name__: 'm', ...others })),
    samples: fc.array(fc.tuple(fc.nat({ max: 2 ** 45 }), fc.double({ noNaN: true })), { minLength: 1, maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(series, { maxLength: 6 }), (written) => {
      const one = writeRequest1(written);
      const two = writeRequest2(written);
      const first = decoded((rows) => decodeWriteRequest1(one, one.length, rows)).lines;
      const second = decoded((rows) => decodeWriteRequest2(two, two.length, { rows, bytesMax: 1e6 })).lines;
      expect(second).toEqual(first);
      expect(first).toHaveLength(written.reduce((sum, { samples }) => sum + samples.length, 0));
      expect(first.map((line) => line.split(' ').slice(-2).join(' '))).toEqual(
        written.flatMap(({ samples }) => samples.map(([timestamp, value]) => `${value} @${timestamp}`)),
      );
    }),
    { numRuns: 200 },
  );
});
