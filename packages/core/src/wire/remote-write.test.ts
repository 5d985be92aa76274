import { expect, test } from 'vitest';
import {
  type Field,
  message,
  packed,
  repeated,
  STALE,
  sample,
  writeRequest1,
  writeRequest2,
} from './protobuf-fixture.contract.ts';
import { decodeWriteRequest1 } from './remote-write-1.ts';
import { decodeWriteRequest2 } from './remote-write-2.ts';
import { decoded, wireErrorOf } from './rows-fixture.contract.ts';
import type { SampleRows } from './sample-rows.ts';

const NOW = 1_700_000_000_000;
const read1 = (bytes: Uint8Array) => (rows: SampleRows) => decodeWriteRequest1(bytes, bytes.length, rows);
const read2 =
  (bytes: Uint8Array, bytesMax = 1e6) =>
  (rows: SampleRows) =>
    decodeWriteRequest2(bytes, bytes.length, { rows, bytesMax });

const SERIES = [
  { labels: { __name__: 'up', instance: 'a:9100', job: 'node' }, samples: [[NOW, 1] as const] },
  { labels: { __name__: 'load', instance: 'bücher' }, samples: [[NOW, 0.5] as const, [NOW + 1, -3e200] as const] },
];

test.each([
  ['1.0', read1(writeRequest1(SERIES))],
  ['2.0', read2(writeRequest2(SERIES))],
])('%s: each sample becomes a row of its series', (_, read) => {
  const { rows, lines } = decoded(read);
  expect(lines).toEqual([
    `up{instance="a:9100",job="node"} 1 @${NOW}`,
    `load{instance="bücher"} 0.5 @${NOW}`,
    `load{instance="bücher"} -3e+200 @${NOW + 1}`,
  ]);
  expect(rows.table.count).toBe(2);
});

test('1.0 and 2.0 look a series up by the same bytes', () => {
  const { rows } = decoded((into) => {
    read1(writeRequest1(SERIES))(into);
    read2(writeRequest2(SERIES))(into);
  });
  expect(rows.table.count).toBe(2);
  expect([...rows.slots.subarray(0, rows.count)]).toEqual([0, 1, 1, 0, 1, 1]);
});

const label = (name: string, value: string): Field => [1, message([1, name], [2, value])];

test.each<[string, Uint8Array, string[]]>([
  ['zeros that proto3 leaves out', message([1, message(label('__name__', 'm'), [2, message()])]), ['m 0 @0']],
  [
    'labels behind and between the samples',
    message([1, message([2, sample(NOW, 1)], label('__name__', 'm'), [2, sample(NOW, 2)], label('a', 'b'))]),
    [`m{a="b"} 1 @${NOW}`, `m{a="b"} 2 @${NOW}`],
  ],
  [
    'fields of later versions, in every place',
    message(
      [99, 'later'],
      [1, message([98, { varint: 7 }], label('__name__', 'm'), [2, message([97, { double: 1 }], [1, { double: 5 }])])],
    ),
    ['m 5 @0'],
  ],
  ['a series without samples', writeRequest1([{ labels: { __name__: 'm' } }]), []],
  [
    'a negative timestamp',
    message([1, message(label('__name__', 'm'), [2, message([2, { varint: -5 }])])]),
    ['m 0 @-1'],
  ],
  ['nothing', message(), []],
])('1.0: %s', (_, bytes, lines) => expect(decoded(read1(bytes)).lines).toEqual(lines));

test('stale markers end series and are no values; any other NaN is a value that ingest refuses', () => {
  const stale = (number: 1 | 5, labels: Field): Uint8Array =>
    message([4, ''], [4, '__name__'], [4, 'm'], [number, message(labels, [2, message(STALE, [2, { varint: NOW }])])]);
  for (const read of [read1(stale(1, label('__name__', 'm'))), read2(stale(5, [1, packed([1, 2])]))]) {
    const { rows } = decoded(read);
    expect([rows.count, rows.staleMarkers]).toEqual([0, 1]);
  }
  const { rows, lines } = decoded(read1(writeRequest1([{ labels: { __name__: 'm' }, samples: [[NOW, Number.NaN]] }])));
  expect([lines, rows.staleMarkers]).toEqual([[`m NaN @${NOW}`], 0]);
});

test('histograms and exemplars are counted, metadata is kept', () => {
  const one = decoded(
    read1(
      message(
        [1, message(label('__name__', 'm'), [4, message()], [4, message()], [3, message()])],
        [3, message([1, { varint: 1 }], [2, 'm_total'], [4, 'How many.'], [5, 'requests'])],
      ),
    ),
  ).rows;
  expect([one.nativeHistograms, one.exemplars, one.metadata]).toEqual([
    2,
    1,
    [{ metricName: 'm_total', type: 'counter', unit: 'requests', help: 'How many.' }],
  ]);
  const symbols = repeated(4, ['', '__name__', 'm', 'Help.', 'bytes']);
  const metadata: Field = [5, message([1, { varint: 2 }], [3, { varint: 3 }], [4, { varint: 4 }])];
  const series: Field = [5, message([1, packed([1, 2])], [3, message()], [4, message()], metadata)];
  const two = decoded(read2(message(...symbols, series, series))).rows;
  expect([two.nativeHistograms, two.exemplars, two.metadata]).toEqual([
    2,
    2,
    [{ metricName: 'm', type: 'gauge', unit: 'bytes', help: 'Help.' }],
  ]);
});

test('2.0: symbols may come last, and references one by one', () => {
  const bytes = message(
    [5, message([2, sample(NOW, 1)], [1, { varint: 1 }], [1, { varint: 2 }])],
    ...repeated(4, ['', '__name__', 'm']),
  );
  expect(decoded(read2(bytes)).lines).toEqual([`m 1 @${NOW}`]);
});

const whole = writeRequest1(SERIES);
const oneSeries = (refs: readonly number[]): Uint8Array =>
  message(...repeated(4, ['', '__name__', 'x'.repeat(500)]), [5, message([1, packed(refs)], [2, sample(NOW, 1)])]);

test.each<[string, (rows: SampleRows) => void, string]>([
  ['cut in the middle', read1(whole.subarray(0, whole.length - 3)), 'protobuf_malformed'],
  ['a length beyond the end', read1(Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f)), 'protobuf_malformed'],
  ['a number without end', read1(new Uint8Array(20).fill(0xff)), 'protobuf_malformed'],
  ['a group', read1(Uint8Array.of(0x0b)), 'protobuf_malformed'],
  ['text', read1(new TextEncoder().encode('# HELP up\n')), 'protobuf_malformed'],
  ['a reference to no symbol', read2(oneSeries([1, 3])), 'protobuf_malformed'],
  ['a name without a value', read2(oneSeries([1])), 'protobuf_malformed'],
  ['a first symbol that is not empty', read2(message([4, 'x'])), 'protobuf_malformed'],
  [
    'references that write out more than a body may hold',
    read2(oneSeries([1, 2, 1, 2, 1, 2]), 1000),
    'decompressed_too_large',
  ],
  [
    'more samples than a request may hold',
    read1(message([1, new Uint8Array(2 * 1_000_001).map((_, at) => (at % 2 ? 0 : 0x12))])),
    'batch_too_large',
  ],
])('refused: %s', (_, read, code) => expect(wireErrorOf(read)).toBe(code));
