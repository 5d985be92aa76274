import { expect, test } from 'vitest';
import { decoded, wireErrorOf } from './rows-fixture.contract.ts';
import type { SampleRows } from './sample-rows.ts';
import { decodeText, type TextOptions } from './text-format.ts';

const NOW = 1_700_000_000_000;
const OPTIONS: Omit<TextOptions, 'shared'> = {
  isOpenMetrics: false,
  timestampMs: NOW,
  keepsTimestamps: true,
  onConflict: 'export',
};

const read =
  (text: string, change: Partial<TextOptions> = {}, shared: Readonly<Record<string, string>> = {}) =>
  (rows: SampleRows): void => {
    const bytes = new TextEncoder().encode(text);
    // What stands behind the text in a buffer that is used again must not count.
    const buffer = new Uint8Array(bytes.length + 8).fill(0x31);
    buffer.set(bytes);
    decodeText(buffer, bytes.length, rows, { ...OPTIONS, shared: new Map(Object.entries(shared)), ...change });
  };
const open = { isOpenMetrics: true };

test.each<[string, string, string[]]>([
  ['a sample', 'up 1\n', [`up 1 @${NOW}`]],
  ['the last line without its end', 'up 1', [`up 1 @${NOW}`]],
  [
    'labels, with and without a comma behind the last',
    'm{a="1",b="2"} 3\nm{a="1",} 4\n',
    [`m{a="1",b="2"} 3 @${NOW}`, `m{a="1"} 4 @${NOW}`],
  ],
  ['blanks wherever they may stand', '  m { a = "1" , b = "2" }  3   5  \r\n\n \n', ['m{a="1",b="2"} 3 @5']],
  ['no labels between braces', 'm{} 1\n', [`m 1 @${NOW}`]],
  ['escapes', 'm{a="x\\\\y\\"z\\n\\t",b="}"} 1\n', [`m{a=${JSON.stringify('x\\y"z\n\\t')},b="}"} 1 @${NOW}`]],
  ['an empty label, which is none', 'm{a="",b="2"} 1\n', [`m{b="2"} 1 @${NOW}`]],
  ['UTF-8 in values', 'm{city="Zürich 😀"} 1\n', [`m{city="Zürich 😀"} 1 @${NOW}`]],
  ['a timestamp in ms', `m 1 ${NOW + 5}\n`, [`m 1 @${NOW + 5}`]],
  [
    'numbers as Go writes them',
    'a 1e+09\nb -.5\nc +Inf\nd -Inf\ne NaN\nf 0x\n'.replace('f 0x\n', 'f 1.\n'),
    [
      `a 1000000000 @${NOW}`,
      `b -0.5 @${NOW}`,
      `c Infinity @${NOW}`,
      `d -Infinity @${NOW}`,
      `e NaN @${NOW}`,
      `f 1 @${NOW}`,
    ],
  ],
  ['comments', '# hello\n#TYPE x y\n# TYPE m gauge\nm 1\n# EOF\nn 2\n', [`m 1 @${NOW}`, `n 2 @${NOW}`]],
  ['a name with colons', 'job:m:rate5m 1\n', [`job:m:rate5m 1 @${NOW}`]],
  ['nothing', '', []],
])('0.0.4: %s', (_, text, lines) => expect(decoded(read(text)).lines).toEqual(lines));

test('OpenMetrics: timestamps in s, exemplars, units, and an end', () => {
  const text = [
    '# TYPE latency histogram',
    '# UNIT latency seconds',
    '# HELP latency How \\"long\\".',
    'latency_bucket{le="0.5"} 3 1700000000.123 # {trace_id="x"} 0.4 1700000000',
    'latency_count 3',
    '# EOF',
    '',
  ].join('\n');
  const { rows, lines } = decoded(read(text, open));
  expect(lines).toEqual(['latency_bucket{le="0.5"} 3 @1700000000123', `latency_count 3 @${NOW}`]);
  expect(rows.exemplars).toBe(1);
  expect(rows.metadata).toEqual([{ metricName: 'latency', type: 'histogram', unit: 'seconds', help: 'How "long".' }]);
});

test('labels of the target come first; a label of the same name gives way', () => {
  const text = 'm{instance="mine",a="b"} 1\n';
  const target = { job: 'node', instance: 'a:9100' };
  expect(decoded(read(text, {}, target)).lines).toEqual([
    `m{job="node",instance="a:9100",exported_instance="mine",a="b"} 1 @${NOW}`,
  ]);
  expect(decoded(read(text, { onConflict: 'drop' }, target)).lines).toEqual([
    `m{job="node",instance="a:9100",a="b"} 1 @${NOW}`,
  ]);
  expect(decoded(read(`${text}n 2\n`, { onConflict: 'keep' }, target)).lines).toEqual([
    `m{instance="mine",a="b",job="node"} 1 @${NOW}`,
    `n{job="node",instance="a:9100"} 2 @${NOW}`,
  ]);
});

test('timestamps that are not to be kept', () => {
  expect(decoded(read('m 1 5\n', { keepsTimestamps: false })).lines).toEqual([`m 1 @${NOW}`]);
});

test.each<[string, string, Partial<TextOptions>?]>([
  ['no value', 'm\n'],
  ['no value behind labels', 'm{a="b"}\n'],
  ['a word for a value', 'm one\n'],
  ['hexadecimal', 'm 0x10\n'],
  ['a value that never ends', `m ${'1'.repeat(100_000)}\n`],
  ['a label without a value', 'm{a} 1\n'],
  ['a label without quotes', 'm{a=b} 1\n'],
  ['a label without a name', 'm{="b"} 1\n'],
  ['labels without end', 'm{a="b" 1\n'],
  ['a text without end', 'm{a="b\n'],
  ['a line that ends within a text', 'm{a="b\n"} 1\n'],
  ['an escape at the end of all', 'm{a="b\\'],
  ['a word behind the timestamp', 'm 1 2 3\n'],
  ['HTML', '<html><body>404</body></html>'],
  ['JSON', '{"m": 1}'],
  ['OpenMetrics without its end', 'm 1\n', open],
  ['OpenMetrics with something behind its end', '# EOF\nm 1\n', open],
])('refused: %s', (_, text, change) => expect(wireErrorOf(read(text, change))).toBe('text_malformed'));

test('a refusal names the line', () => {
  expect(() => decoded(read('a 1\nb 2\n\nc\n'))).toThrow('Line 4 cannot be read: a sample has no value.');
});
