/**
 * The timestamps of open windows, so that a second sample with the same one can be told: chains of small chunks in one
 * array of numbers. A chunk is a link to the one before it (-1 for none) and seven timestamps; only the newest chunk
 * of a chain can have space left. How many timestamps a chain holds is for its owner to know.
 */
export interface StampPool {
  cells: Float64Array;
  used: number;
  /** Head of the chain of chunks that can be used again; -1 for none. */
  free: number;
}

const WIDTH = 8;
const STAMPS = WIDTH - 1;

export function createStampPool(): StampPool {
  return { cells: new Float64Array(WIDTH * 64), used: 0, free: -1 };
}

/** Adds a timestamp to a chain that holds `count`; answers its newest chunk, which replaces `chunk`. */
export function addStamp(pool: StampPool, chunk: number, count: number, at: number): number {
  const place = count % STAMPS;
  const newest = place === 0 ? takeChunk(pool, chunk) : chunk;
  pool.cells[newest * WIDTH + 1 + place] = at;
  return newest;
}

export function hasStamp(pool: StampPool, chunk: number, count: number, at: number): boolean {
  const { cells } = pool;
  let length = ((count - 1) % STAMPS) + 1;
  for (let each = chunk; each !== -1; each = cells[each * WIDTH] as number) {
    const first = each * WIDTH + 1;
    for (let i = first; i < first + length; i++) if (cells[i] === at) return true;
    length = STAMPS;
  }
  return false;
}

/** All timestamps of a chain, in the order in which they were added. */
export function listStamps(pool: StampPool, chunk: number, count: number): number[] {
  const chunks: number[] = [];
  for (let each = chunk; each !== -1; each = pool.cells[each * WIDTH] as number) chunks.unshift(each);
  const all = chunks.flatMap((each) => [...pool.cells.subarray(each * WIDTH + 1, (each + 1) * WIDTH)]);
  return all.slice(0, count);
}

export function freeStamps(pool: StampPool, chunk: number): void {
  let last = chunk;
  for (let each = chunk; each !== -1; each = pool.cells[each * WIDTH] as number) last = each;
  pool.cells[last * WIDTH] = pool.free;
  pool.free = chunk;
}

function takeChunk(pool: StampPool, before: number): number {
  let chunk = pool.free;
  if (chunk !== -1) pool.free = pool.cells[chunk * WIDTH] as number;
  else {
    chunk = pool.used++;
    if (pool.used * WIDTH > pool.cells.length) {
      const cells = new Float64Array(pool.cells.length * 2);
      cells.set(pool.cells);
      pool.cells = cells;
    }
  }
  pool.cells[chunk * WIDTH] = before;
  return chunk;
}
