import type { DatabaseSync } from 'node:sqlite';
import { BLOCK_MS, blockOf, blockStart, type HistoryRetention } from '@cloudbell/core/history/blocks.ts';
import { inTransaction } from '../../base/sqlite-database.ts';
import { turn } from '../../base/turn.ts';
import type { SeriesNumber } from '../../ports/history-store.ts';
import type { ChunkReads } from './chunks.ts';
import { BLOCK_OF_KEY, blockKey, NUMBER_MAX, NUMBER_OF_KEY, prepareWrite, rowKey } from './key.ts';
import type { RollupWrites } from './rollups.ts';
import type { SeriesWrites } from './series.ts';

/** A block is downsampled this long after its end: what comes later makes its series' rows anew, which costs more. */
const SETTLE_MS = 15 * 60_000;
/** Between these, reads get their turn. */
const SLICE_SERIES = 200;
const SLICE_ROWS = 2_000;

export interface Maintenance {
  /** The first block that is not downsampled; null before the first sample. */
  rolledTo(): number | null;
  /** Of a new history: nothing before this block is downsampled as a whole. */
  begin(block: number): void;
  /** Blocks that are complete at an event time and are not downsampled yet. */
  isDue(eventTime: number): boolean;
  rollUp(eventTime: number): Promise<void>;
  expire(eventTime: number): Promise<void>;
}

export function maintenance(
  db: DatabaseSync,
  parts: {
    readonly chunks: ChunkReads;
    readonly rollups: RollupWrites;
    readonly series: SeriesWrites;
    readonly retention: HistoryRetention;
  },
): Maintenance {
  const { chunks, rollups, series, retention } = parts;
  const select = db.prepare('SELECT rolled_to FROM rolled');
  const put = prepareWrite(db, 'INSERT OR REPLACE INTO rolled (id, rolled_to) VALUES (1, ?)');
  const nextNumber = db.prepare(
    `SELECT ${NUMBER_OF_KEY} AS number FROM chunk
     WHERE key BETWEEN ${rowKey('?1', '?2')} AND (${rowKey('?1', String(NUMBER_MAX))} | 8191) ORDER BY key LIMIT 1`,
  );
  const nextBlock = db.prepare(
    `SELECT ${BLOCK_OF_KEY} AS block FROM chunk WHERE key >= ${blockKey('?1')} ORDER BY key LIMIT 1`,
  );
  let rolledTo: number | null = null;
  const row = select.get();
  if (row !== undefined) rolledTo = Number(row.rolled_to);
  const move = (block: number): void => {
    put.run(block);
    rolledTo = block;
  };

  /** The series of a block, a slice of them, from a number on; answers where to go on, or null. */
  const rollSlice = (block: number, from: SeriesNumber): SeriesNumber | null =>
    inTransaction(db, () => {
      let number = from;
      for (let i = 0; i < SLICE_SERIES; i++) {
        const found = nextNumber.get(block, number);
        if (found === undefined) return null;
        number = Number(found.number);
        rollups.put(block, number, chunks.ofBlock(block, number));
        series.seenIn(number, block);
        number += 1;
      }
      return number;
    });

  /** The last block that is complete. */
  const completeTo = (eventTime: number): number => blockOf(eventTime - SETTLE_MS);
  return {
    rolledTo: () => rolledTo,
    begin: (block) => {
      if (rolledTo === null) move(block);
    },
    isDue: (eventTime) => rolledTo !== null && rolledTo < completeTo(eventTime),
    rollUp: async (eventTime) => {
      const until = completeTo(eventTime);
      while (rolledTo !== null && rolledTo < until) {
        // Over a long stop in one step.
        const next = nextBlock.get(rolledTo);
        const block = next === undefined ? until : Math.min(until, Number(next.block));
        if (block < until) {
          for (let from: SeriesNumber | null = 0; from !== null; ) {
            from = rollSlice(block, from);
            await turn();
          }
        }
        move(Math.min(until, block + 1));
      }
    },
    expire: expiry(db, retention),
  };
}

/** Drops what is beyond its retention, in slices. */
function expiry(db: DatabaseSync, retention: HistoryRetention): (eventTime: number) => Promise<void> {
  const removals = [
    { table: 'chunk', keptMs: retention.rawMs },
    { table: 'minute', keptMs: retention.minuteMs },
    { table: 'five_minutes', keptMs: retention.fiveMinutesMs },
  ].map(({ table, keptMs }) => ({
    keptMs,
    remove: prepareWrite(
      db,
      `DELETE FROM ${table} WHERE key IN
         (SELECT key FROM ${table} WHERE key < ${blockKey('?1')} ORDER BY key LIMIT ${SLICE_ROWS})`,
    ),
  }));
  return async (eventTime) => {
    for (const { keptMs, remove } of removals) {
      const before = Math.floor((eventTime - keptMs) / BLOCK_MS);
      while (before > 0 && Number(remove.run(before).changes) === SLICE_ROWS) await turn();
    }
  };
}

/** Where what a block's rows do not have yet begins. */
export const rolledUntil = (rolledTo: number | null): number => blockStart(rolledTo ?? 0);
