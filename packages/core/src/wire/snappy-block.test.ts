import { expect, test } from 'vitest';
import { snappyLength, snappyUncompress } from './snappy-block.ts';

const uncompressed = (block: Uint8Array): string => {
  const out = new Uint8Array(snappyLength(block, 1e6) + 5);
  return new TextDecoder().decode(out.subarray(0, snappyUncompress(block, out)));
};
const bytes = (...parts: readonly (number | string)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...new TextEncoder().encode(part)])));

/** Blocks that the reference implementation made, and what they stand for. */
const GOLDEN: readonly [string, string, string][] = [
  ['a sentence', 'KyxhbGVydCBhZnRlciBCDAA0LCBhbmQgYW4gYWxlcnQ=', 'alert after alert after alert, and an alert'],
  [
    'lines',
    'pAOIbm9kZV9jcHVfc2Vjb25kc190b3RhbHtjcHU9IjAifSAwCm5qIgAQMSJ9IDdyIgAUMiJ9IDE0ciMAFDMifSAyMXIjAAA0ASMAOHIjABQ1In0gMzVyIwAUNiJ9IDQyciMAADcBIwA5ciMAFDgifSA1NnIjABQ5In0gNjNyIwAAMSFdBDcwdiQAGDEifSA3Nwo=',
    Array.from({ length: 12 }, (_, i) => `node_cpu_seconds_total{cpu="${i}"} ${i * 7}\n`).join(''),
  ],
  ['other scripts', 'KjDnm5HmjqfmiqXoraYgMg0APGLDvGNoZXIg8J+YgPCfmIA=', '监控报警 监控报警 bücher 😀😀'],
  ['a run', 'kAMEYWL+AgD+AgD+AgD+AgD+AgD+AgA2AgA=', 'ab'.repeat(200)],
];

test.each(GOLDEN)('the reference implementation: %s', (_, block, text) =>
  expect(uncompressed(Buffer.from(block, 'base64'))).toBe(text),
);

test.each<[string, Uint8Array, string]>([
  ['nothing', bytes(0), ''],
  ['a literal', bytes(3, 2 << 2, 'abc'), 'abc'],
  ['a literal whose length takes a byte', bytes(70, 60 << 2, 69, 'x'.repeat(70)), 'x'.repeat(70)],
  ['a literal whose length takes two', bytes(0xac, 2, 61 << 2, 43, 1, 'x'.repeat(300)), 'x'.repeat(300)],
  ['a near copy', bytes(8, 3 << 2, 'abcd', 0b001, 4), 'abcdabcd'],
  ['a copy that repeats what it writes', bytes(7, 0, 'a', (5 << 2) | 2, 1, 0), 'aaaaaaa'],
  ['a far copy', bytes(6, 2 << 2, 'abc', (2 << 2) | 3, 3, 0, 0, 0), 'abcabc'],
])('%s', (_, block, text) => expect(uncompressed(block)).toBe(text));

const codeOf = (block: Uint8Array, bytesMax = 1e6): string => {
  try {
    const out = new Uint8Array(snappyLength(block, bytesMax));
    snappyUncompress(block, out);
    return 'none';
  } catch (thrown) {
    return (thrown as { code?: string }).code ?? String(thrown);
  }
};

test.each<[string, Uint8Array, string]>([
  ['an empty body', bytes(), 'snappy_malformed'],
  ['a length that does not end', bytes(0xff, 0xff, 0xff, 0xff, 0xff, 1), 'snappy_malformed'],
  ['a length beyond 32 bits', bytes(0xff, 0xff, 0xff, 0xff, 0x7f), 'snappy_malformed'],
  ['a bomb of 4 GiB in five bytes', bytes(0xff, 0xff, 0xff, 0xff, 0x0f), 'decompressed_too_large'],
  ['one byte more than allowed', bytes(0xc1, 0x84, 0x3d), 'decompressed_too_large'],
  ['less than it promises', bytes(4, 2 << 2, 'abc'), 'snappy_malformed'],
  ['more than it promises', bytes(2, 2 << 2, 'abc'), 'snappy_malformed'],
  ['a copy beyond what it promises', bytes(4, 0, 'a', (9 << 2) | 2, 1, 0), 'snappy_malformed'],
  ['a literal that is cut off', bytes(3, 2 << 2, 'ab'), 'snappy_malformed'],
  ['a length that is cut off', bytes(3, 61 << 2, 1), 'snappy_malformed'],
  ['a copy from before the start', bytes(8, 0, 'a', 0b001, 2), 'snappy_malformed'],
  ['a copy from nowhere', bytes(8, 0, 'a', 0b001, 0), 'snappy_malformed'],
  ['a copy without its offset', bytes(8, 0, 'a', 0b010, 1), 'snappy_malformed'],
  ['the framed format', bytes(0xff, 6, 0, 0, 'sNaPpY'), 'snappy_malformed'],
])('refused: %s', (_, block, code) => expect(codeOf(block)).toBe(code));
