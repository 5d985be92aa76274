import { expect, test } from 'vitest';
import { LabelTable } from './label-table.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const slotOf = (table: LabelTable, text: string, context = 0): number => {
  const bytes = bytesOf(text);
  return table.slotOf(context, bytes, 0, bytes.length);
};

test('the same bytes have the same slot, wherever they stand', () => {
  const table = new LabelTable(1);
  expect([slotOf(table, 'a'), slotOf(table, 'b'), slotOf(table, 'a')]).toEqual([0, 1, 0]);
  expect(table.slotOf(0, bytesOf('xxbyy'), 2, 3)).toBe(1);
  expect(slotOf(table, '')).toBe(2);
  expect(slotOf(table, 'a', 7)).toBe(3);
  expect([...table.keyOf(1)]).toEqual([...bytesOf('b')]);
});

test('two keys with the same hash are two series', () => {
  const table = new LabelTable(12345);
  const byHash = new Map<number, string>();
  const collisions: [string, string][] = [];
  // About one pair of 2^32 collides: among 400,000 keys there are some twenty.
  for (let i = 0; i < 400_000; i++) {
    const key = `instance=i-${i}`;
    const bytes = bytesOf(key);
    const hash = table.hash(0, bytes, 0, bytes.length);
    const other = byHash.get(hash);
    if (other !== undefined) collisions.push([other, key]);
    byHash.set(hash, key);
  }
  expect(collisions.length).toBeGreaterThan(0);
  for (const [one, other] of collisions) expect(slotOf(table, one)).not.toBe(slotOf(table, other));
  expect(table.count).toBe(2 * collisions.length);
  for (const [one, other] of collisions) expect(slotOf(table, one)).not.toBe(slotOf(table, other));
  expect(table.count).toBe(2 * collisions.length);
});

test('hashes are spread, and another secret spreads them otherwise', () => {
  const counts = new Uint32Array(256);
  const [one, other] = [new LabelTable(1), new LabelTable(2)];
  let equal = 0;
  for (let i = 0; i < 25_600; i++) {
    const bytes = bytesOf(`series ${i}`);
    const hash = one.hash(0, bytes, 0, bytes.length);
    counts[hash & 255]! += 1;
    if (hash === other.hash(0, bytes, 0, bytes.length)) equal += 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(50);
  expect(Math.max(...counts)).toBeLessThan(200);
  expect(equal).toBeLessThan(3);
});

test('many keys, short ones and one longer than a page', () => {
  const table = new LabelTable(1);
  const key = (i: number): string => (i === 500 ? 'x'.repeat(3_000_000) : `${'y'.repeat(i % 300)}${i}`);
  for (let i = 0; i < 20_000; i++) expect(slotOf(table, key(i))).toBe(i);
  for (let i = 0; i < 20_000; i++) expect(slotOf(table, key(i))).toBe(i);
  expect(new TextDecoder().decode(table.keyOf(19_999))).toBe(key(19_999));
  table.clear();
  expect([table.count, table.bytes, slotOf(table, 'a')]).toEqual([0, 0, 0]);
});
