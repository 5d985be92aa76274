import type { DatabaseSync } from 'node:sqlite';
import { BUCKET_MS, blockOf, type Downsampled } from '@cloudbell/core/history/blocks.ts';
import {
  type Buckets,
  bucketsBetween,
  bucketsOf,
  decodeBuckets,
  encodeBuckets,
  joinedBuckets,
} from '@cloudbell/core/history/buckets.ts';
import type { HistorySamples } from '@cloudbell/core/history/samples.ts';
import type { SeriesNumber } from '../../ports/history-store.ts';
import { decoded } from './guarded.ts';
import { BLOCK_OF_KEY, prepareWrite, rowKey } from './key.ts';

/** A literal each, because a table's name cannot be a parameter. */
const TABLES: Readonly<Record<Downsampled, string>> = { '1m': 'minute', '5m': 'five_minutes' };
const KINDS = Object.keys(TABLES) as Downsampled[];

export interface RollupReads {
  /** Buckets that begin from `from` to before `to`; `to` lies in a block that is downsampled, or at its end. */
  between(resolution: Downsampled, number: SeriesNumber, from: number, to: number): Buckets;
}

export interface RollupWrites {
  /** From all samples of a series and block. */
  put(block: number, number: SeriesNumber, samples: HistorySamples): void;
}

const NONE: Buckets = joinedBuckets([]);

export function rollupReads(db: DatabaseSync): RollupReads {
  const kinds = KINDS.map((kind) => ({
    kind,
    select: db.prepare(`SELECT bytes FROM ${TABLES[kind]} WHERE key = ${rowKey('?1', '?2')}`),
    first: db.prepare(`SELECT ${BLOCK_OF_KEY} AS block FROM ${TABLES[kind]} ORDER BY key LIMIT 1`),
  }));
  return {
    between: (resolution, number, from, to) => {
      const { select, first } = kinds.find(({ kind }) => kind === resolution) ?? kinds[0] ?? never();
      const firstRow = first.get();
      if (firstRow === undefined) return NONE;
      const parts: Buckets[] = [];
      const last = blockOf(to - 1);
      for (let block = Math.max(blockOf(from), Number(firstRow.block)); block <= last; block++) {
        const row = select.get(block, number);
        if (row !== undefined) parts.push(decoded(row.bytes, decodeBuckets));
      }
      return bucketsBetween(joinedBuckets(parts), from, to);
    },
  };
}

export function rollupWrites(db: DatabaseSync): RollupWrites {
  const puts = KINDS.map((kind) => ({
    widthMs: BUCKET_MS[kind],
    put: prepareWrite(db, `INSERT OR REPLACE INTO ${TABLES[kind]} (key, bytes) VALUES (${rowKey('?1', '?2')}, ?3)`),
  }));
  return {
    put: (block, number, samples) => {
      for (const { widthMs, put } of puts) {
        const buckets = bucketsOf(samples, widthMs);
        if (buckets.starts.length > 0) put.run(block, number, encodeBuckets(buckets));
      }
    },
  };
}

const never = (): never => {
  throw new Error('there is no such resolution');
};
