import { DIRTY } from './pages.ts';
import { addRow, createRows, type Rows, reserve, touch } from './rows.ts';

/**
 * The samples of open windows that are not their latest: when each was taken, so that a second one with the same
 * timestamp can be told, and, once a rule needs them, its value. Chains of small chunks in one table: a chunk is a
 * link to the one before it (-1 for none) and seven *ages*, ms before the end of the window. Only the newest chunk of
 * a chain can have space left. How many a chain holds is for its owner to know.
 */
export interface StampPool {
  readonly chunks: Rows;
  /** By chunk, eight numbers of which seven are used; null until a rule looks at single samples. */
  values: Rows | null;
}

const PER_CHUNK = 7;
const SHAPE = { floats: 0, words: 1 + PER_CHUNK };
const VALUES_SHAPE = { floats: PER_CHUNK, words: 0 };

export function createStampPool(): StampPool {
  return { chunks: createRows(SHAPE), values: null };
}

/** From here on values are kept too; those of before are zero. */
export function keepValues(pool: StampPool): void {
  if (pool.values !== null) return;
  pool.values = createRows(VALUES_SHAPE);
  pool.values.used = pool.chunks.used;
  reserve(pool.values, pool.chunks.used);
  pool.values.marks.fill(DIRTY);
}

/** Adds a sample to a chain that holds `count`; answers its newest chunk, which replaces `chunk`. */
export function addStamp(pool: StampPool, chunk: number, count: number, age: number, value: number): number {
  const { chunks, values } = pool;
  const place = count % PER_CHUNK;
  let newest = chunk;
  if (place === 0) newest = takeChunk(pool, chunk);
  else touch(chunks, newest);
  chunks.words[newest * chunks.wordStride + 1 + place] = age;
  if (values !== null) {
    touch(values, newest);
    values.floats[newest * values.floatStride + place] = value;
  }
  return newest;
}

export function hasStamp(pool: StampPool, chunk: number, count: number, age: number): boolean {
  const { words, wordStride } = pool.chunks;
  let length = ((count - 1) % PER_CHUNK) + 1;
  for (let each = chunk; each !== -1; each = words[each * wordStride] as number) {
    const first = each * wordStride + 1;
    for (let i = first; i < first + length; i++) if (words[i] === age) return true;
    length = PER_CHUNK;
  }
  return false;
}

/** Every sample of a chain as [age, value], in no order. */
export function listStamps(pool: StampPool, chunk: number, count: number): [age: number, value: number][] {
  const { chunks, values } = pool;
  const all: [number, number][] = [];
  let length = count === 0 ? 0 : ((count - 1) % PER_CHUNK) + 1;
  for (let each = chunk; each !== -1; each = chunks.words[each * chunks.wordStride] as number) {
    for (let i = 0; i < length; i++) {
      const age = chunks.words[each * chunks.wordStride + 1 + i] as number;
      all.push([age, values === null ? Number.NaN : (values.floats[each * values.floatStride + i] as number)]);
    }
    length = PER_CHUNK;
  }
  return all;
}

export function freeStamps({ chunks }: StampPool, chunk: number): void {
  if (chunk === -1) return;
  const { words, wordStride } = chunks;
  let last = chunk;
  for (let each = chunk; each !== -1; each = words[each * wordStride] as number) last = each;
  touch(chunks, last);
  words[last * wordStride] = chunks.free;
  chunks.free = chunk;
}

function takeChunk({ chunks, values }: StampPool, before: number): number {
  let chunk = chunks.free;
  if (chunk !== -1) chunks.free = chunks.words[chunk * chunks.wordStride] as number;
  else {
    chunk = addRow(chunks);
    if (values !== null) addRow(values);
  }
  touch(chunks, chunk);
  chunks.words[chunk * chunks.wordStride] = before;
  return chunk;
}
