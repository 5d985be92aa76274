import type { DatabaseSync } from 'node:sqlite';
import { BLOCK_MS, blockOf, blockStart } from '@cloudbell/core/history/blocks.ts';
import { decodeChunk, encodeChunk } from '@cloudbell/core/history/chunk.ts';
import {
  firstAtOrAfter,
  type HistorySamples,
  joined,
  mergeSamples,
  NO_SAMPLES,
  samplesBetween,
  slice,
} from '@cloudbell/core/history/samples.ts';
import type { SeriesNumber } from '../../ports/history-store.ts';
import { decoded } from './guarded.ts';
import { BLOCK_OF_KEY, lastRowKey, prepareWrite, rowKey, SECOND_OF_KEY } from './key.ts';

/** Samples of a chunk: the last one of a series is written anew at each flush until it has this many. */
const CHUNK_SAMPLES = 240;

export interface ChunkReads {
  /** Samples of one series within one block, in order of time. */
  ofBlock(block: number, number: SeriesNumber): HistorySamples;
  /** Both borders included. */
  between(number: SeriesNumber, from: number, to: number): HistorySamples;
  /** The first and the last block with samples of anybody; null when there are none. */
  bounds(): { readonly first: number; readonly last: number } | null;
}

export interface ChunkWrites {
  /** Samples of one series and one block, as they came. Answers how many are new. */
  add(block: number, number: SeriesNumber, samples: HistorySamples): number;
}

export function chunkReads(db: DatabaseSync): ChunkReads {
  const all = db.prepare(
    `SELECT bytes FROM chunk WHERE key BETWEEN ${rowKey('?1', '?2')} AND ${lastRowKey('?1', '?2')} ORDER BY key`,
  );
  const first = db.prepare(`SELECT ${BLOCK_OF_KEY} AS block FROM chunk ORDER BY key LIMIT 1`);
  const last = db.prepare(`SELECT ${BLOCK_OF_KEY} AS block FROM chunk ORDER BY key DESC LIMIT 1`);
  const ofBlock = (block: number, number: SeriesNumber): HistorySamples => {
    const rows = all.all(block, number);
    return rows.length === 0 ? NO_SAMPLES : joined(rows.map((row) => decoded(row.bytes, decodeChunk)));
  };
  const bounds = () => {
    const row = first.get();
    return row === undefined ? null : { first: Number(row.block), last: Number(last.get()?.block) };
  };
  return {
    ofBlock,
    bounds,
    between: (number, from, to) => {
      const known = bounds();
      if (known === null) return NO_SAMPLES;
      const parts: HistorySamples[] = [];
      const until = Math.min(blockOf(to), known.last);
      for (let block = Math.max(blockOf(from), known.first); block <= until; block++) {
        const part = ofBlock(block, number);
        if (part.timestamps.length > 0) parts.push(part);
      }
      return parts.length === 0 ? NO_SAMPLES : samplesBetween(joined(parts), from, to);
    },
  };
}

interface StoredChunk {
  readonly second: number;
  readonly samples: HistorySamples;
}

export function chunkWrites(db: DatabaseSync): ChunkWrites {
  const range = `key BETWEEN ${rowKey('?1', '?2')} AND ${lastRowKey('?1', '?2')}`;
  const selectLast = db.prepare(
    `SELECT ${SECOND_OF_KEY} AS second, bytes FROM chunk WHERE ${range} ORDER BY key DESC LIMIT 1`,
  );
  const selectAll = db.prepare(`SELECT ${SECOND_OF_KEY} AS second, bytes FROM chunk WHERE ${range} ORDER BY key`);
  const put = prepareWrite(db, `INSERT OR REPLACE INTO chunk (key, bytes) VALUES (${rowKey('?1', '?2')} | ?3, ?4)`);
  const remove = prepareWrite(db, `DELETE FROM chunk WHERE key = ${rowKey('?1', '?2')} | ?3`);
  const stored = (row: Record<string, unknown>): StoredChunk => ({
    second: Number(row.second),
    samples: decoded(row.bytes, decodeChunk),
  });

  /** The chunks that samples from `from` on go into: usually the last one, all from there on when they come late. */
  const affected = (block: number, number: SeriesNumber, from: number): StoredChunk[] => {
    const lastRow = selectLast.get(block, number);
    if (lastRow === undefined) return [];
    const last = stored(lastRow);
    if (from >= (last.samples.timestamps[0] as number)) return [last];
    const chunks = selectAll.all(block, number).map(stored);
    const behind = chunks.findIndex((chunk) => (chunk.samples.timestamps[0] as number) > from);
    return chunks.slice(Math.max(0, behind - 1));
  };

  return {
    add: (block, number, added) => {
      const start = blockStart(block);
      const ordered = mergeSamples(NO_SAMPLES, added);
      let replaced = affected(block, number, ordered.timestamps[0] as number);
      if (isFull(replaced, ordered, start)) replaced = [];
      const before = replaced.length === 0 ? NO_SAMPLES : joined(replaced.map((chunk) => chunk.samples));
      const merged = mergeSamples(before, ordered);
      const isNew = merged.timestamps.length - before.timestamps.length;
      if (isNew > 0) {
        const pieces = cut(merged, start);
        for (const { second } of replaced) {
          if (!pieces.some((piece) => piece.second === second)) remove.run(block, number, second);
        }
        for (const piece of pieces) put.run(block, number, piece.second, encodeChunk(piece.samples));
      }
      return isNew;
    },
  };
}

/** The last chunk has as many as it should and nothing goes into it: it is left as it is. */
function isFull(chunks: readonly StoredChunk[], added: HistorySamples, start: number): boolean {
  const only = chunks[0];
  if (only === undefined || chunks.length !== 1) return false;
  const { timestamps } = only.samples;
  const first = added.timestamps[0] as number;
  if (timestamps.length < CHUNK_SAMPLES || first <= (timestamps[timestamps.length - 1] as number)) return false;
  return secondOf(first, start) > only.second;
}

/** Into chunks that each begin in a second of their own. */
function cut(samples: HistorySamples, start: number): StoredChunk[] {
  const { timestamps } = samples;
  const pieces: StoredChunk[] = [];
  for (let from = 0; from < timestamps.length; ) {
    let to = Math.min(from + CHUNK_SAMPLES, timestamps.length);
    const second = secondOf(timestamps[to - 1] as number, start);
    while (to < timestamps.length && secondOf(timestamps[to] as number, start) === second) to += 1;
    pieces.push({ second: secondOf(timestamps[from] as number, start), samples: slice(samples, from, to) });
    from = to;
  }
  return pieces;
}

const secondOf = (timestamp: number, start: number): number => Math.floor((timestamp - start) / 1000);

/** Samples of one series in any order, by the block they belong to. */
export function byBlock(samples: HistorySamples): Map<number, HistorySamples> {
  const ordered = mergeSamples(NO_SAMPLES, samples);
  const { timestamps } = ordered;
  const blocks = new Map<number, HistorySamples>();
  for (let from = 0; from < timestamps.length; ) {
    const block = blockOf(timestamps[from] as number);
    const to = firstAtOrAfter(timestamps, blockStart(block) + BLOCK_MS);
    blocks.set(block, slice(ordered, from, to));
    from = to;
  }
  return blocks;
}
