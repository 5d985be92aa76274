import type { FoldPage } from '@cloudbell/core/alert/fold-pages.ts';
import type { LogEntry, LogRecord, Position } from '@cloudbell/core/alert/log-record.ts';
import type { SeriesDefinition } from '@cloudbell/core/metric/series.ts';

/** Where a partition of the log ends. */
export interface LogTail {
  /** 0n while the partition is empty. */
  readonly position: Position;
  /** Log time of the last entry, ms; 0 while empty. */
  readonly time: number;
  /** Skew in force after the last entry, ms. */
  readonly skew: number;
  /** Number of series defined; the next id. */
  readonly seriesCount: number;
}

/** Fold state as of a position; `foldVersion` says which fold can read it. */
export interface Checkpoint {
  readonly position: Position;
  readonly foldVersion: number;
  readonly head: Uint8Array;
  /** To be read once. Each replaces the page of that id; one that is not named stays, unless this is `whole`. */
  readonly pages: Iterable<FoldPage>;
  /** Nothing of the checkpoint before is kept. */
  readonly whole: boolean;
}

/** What one group commit writes: one row. */
export interface NewEntry {
  readonly time: number;
  readonly skew: number;
  readonly records: readonly LogRecord[];
}

/**
 * An ordered, durable, partitioned log (design.md §2).
 *
 * Guarantees: an append that resolved survives any crash of process or machine; entries of a partition are read in
 * the order they were appended, each exactly once; an append that rejected left nothing behind.
 */
export interface SampleLog {
  tail(partition: number): Promise<LogTail>;
  /**
   * Durably appends one entry and answers its position. `series` records must define ids densely from `seriesCount`
   * (or repeat a known id to update `instanceName`), else it rejects with `series_out_of_step` and writes nothing.
   */
  append(partition: number, entry: NewEntry): Promise<Position>;
  /** Entries after a position, oldest first, at most `limit`. */
  read(partition: number, after: Position, limit: number): Promise<LogEntry[]>;
  /**
   * Series definitions with id ≥ `fromId`, in order of id, at most `limit`. One that an `expire` record names is among
   * them until that entry is trimmed; its id is not given again.
   */
  series(partition: number, fromId: number, limit: number): Promise<SeriesDefinition[]>;
  /**
   * Brings the partition's checkpoint up to date; durable when resolved, and untouched when rejected or cut off by a
   * crash. Pages are asked for one after the other, and appends get their turn in between. One save at a time.
   */
  saveCheckpoint(partition: number, checkpoint: Checkpoint): Promise<void>;
  /** All of it. */
  loadCheckpoint(partition: number): Promise<Checkpoint | null>;
  /** Drops entries at or below a position. Series definitions and the tail's time and skew stay. */
  trim(partition: number, upTo: Position): Promise<void>;
  /** Positions given from now on are greater than `position`: for a log that starts empty beside a restored store. */
  skipTo(partition: number, position: Position): Promise<void>;
  close(): Promise<void>;
}
