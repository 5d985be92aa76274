import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readUtf8 } from './label-bytes.ts';
import { TextCache } from './text-cache.ts';

test('a text from the cache is the text, whatever came before', () => {
  const cache = new TextCache();
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => new TextEncoder().encode(text)),
    fc.constantFrom('', 'job', 'jpb', 'instance', 'idle').map((text) => new TextEncoder().encode(text)),
  );
  fc.assert(
    fc.property(bytes, fc.nat(5), (part, before) => {
      const whole = Uint8Array.from([...new Uint8Array(before), ...part, 0x41]);
      const [start, end] = [before, before + part.length];
      expect(cache.read(whole, start, end)).toBe(readUtf8(part, 0, part.length));
      expect(cache.read(whole, start, end)).toBe(readUtf8(part, 0, part.length));
    }),
    { numRuns: 2_000 },
  );
});
