import { expect, it } from 'vitest';
import { seededRandom, systemRandom } from './random.ts';
import { createSealer, isSealed, parseMasterKey } from './sealing.ts';

const KEY = seededRandom(1).bytes(32);
const sealer = createSealer(KEY, systemRandom);

it.each(['', 'SECret', 'ключ 密钥', 'x'.repeat(10_000)])('what is sealed is opened as it was: %#', (text) => {
  const sealed = sealer.seal(text, 'a');
  expect(isSealed(sealed)).toBe(true);
  expect(sealer.open(sealed, 'a')).toBe(text);
  if (text.length > 3) expect(sealed).not.toContain(text);
  expect(sealer.seal(text, 'a')).not.toBe(sealed);
});

it('is refused for another place, by another key, when it was changed, and when it was never sealed', () => {
  const sealed = sealer.seal('SECret', 'a');
  expect(() => sealer.open(sealed, 'b')).toThrow();
  expect(() => createSealer(seededRandom(2).bytes(32), systemRandom).open(sealed, 'a')).toThrow();
  const at = sealed.length - 4;
  const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
  expect(() => sealer.open(changed, 'a')).toThrow();
  for (const text of ['SECret', 'sealed:1:', 'sealed:1:AAAA', '']) expect(() => sealer.open(text, 'a')).toThrow();
});

it.each([
  [Buffer.from(KEY).toString('base64'), true],
  [` ${Buffer.from(KEY).toString('base64url')}\n`, true],
  [Buffer.from(KEY).toString('hex'), true],
  ['', false],
  ['correct horse', false],
  [Buffer.from(KEY.slice(0, 31)).toString('base64'), false],
])('a key as it is written: %s', (text, isKey) => {
  expect(parseMasterKey(text)).toEqual(isKey ? KEY : null);
});

it('a key of another length is a mistake of the caller', () => {
  expect(() => createSealer(KEY.slice(1), systemRandom)).toThrow(RangeError);
});
