import type { DatabaseSync } from 'node:sqlite';
import { BUCKET_MS, blockOf, type HistoryRetention } from '@cloudbell/core/history/blocks.ts';
import { type Buckets, bucketsBetween, bucketsOf, joinedBuckets } from '@cloudbell/core/history/buckets.ts';
import { type HistorySamples, mergeSamples, samplesBetween } from '@cloudbell/core/history/samples.ts';
import type { Clock } from '../../base/clock.ts';
import { CloudbellError } from '../../base/errors.ts';
import { openDatabase } from '../../base/sqlite-database.ts';
import { migrate } from '../../base/sqlite-migrate.ts';
import { turn } from '../../base/turn.ts';
import type {
  HistoryProgress,
  HistorySeries,
  HistoryStore,
  HistoryStoreStatus,
  HistoryStretch,
  NewSamples,
  SeriesNumber,
} from '../../ports/history-store.ts';
import { byBlock, type ChunkReads, type ChunkWrites, chunkReads, chunkWrites } from './chunks.ts';
import { asHistoryError, guarded } from './guarded.ts';
import { type Maintenance, maintenance, rolledUntil } from './maintain.ts';
import { PendingSamples } from './pending.ts';
import { type ProgressStatements, progressStatements } from './progress.ts';
import { type RollupReads, type RollupWrites, rollupReads, rollupWrites } from './rollups.ts';
import { type SeriesReads, type SeriesWrites, seriesReads, seriesWrites } from './series.ts';
import { openOrSetAside } from './set-aside.ts';

export interface SqliteHistoryOptions {
  readonly path: string;
  readonly retention: HistoryRetention;
  /** Measures flushes; decides nothing. */
  readonly clock: Pick<Clock, 'monoMs'>;
  /** The file was damaged, lies at `path` now, and a new one was begun. */
  readonly onSetAside: (path: string) => void;
}

/** Series written, or read, before others get their turn. */
const SLICE_SERIES = 200;

/**
 * History over SQLite. Two connections in one thread: a flush is one transaction in many slices, and what is read in
 * between sees the state before it. What is taken waits in columns (pending.ts) and is read from there until it is
 * committed.
 */
export function openSqliteHistoryStore(options: SqliteHistoryOptions): HistoryStore {
  const { path, onSetAside } = options;
  return guarded(() => {
    const writes = openOrSetAside(path, () => openMigrated(path), onSetAside);
    try {
      return new SqliteHistoryStore(options, writes, openDatabase(path, { readOnly: true }));
    } catch (thrown) {
      writes.close();
      throw thrown;
    }
  });
}

function openMigrated(path: string): DatabaseSync {
  const db = openDatabase(path);
  try {
    migrate(db, new URL('./migrations/', import.meta.url));
    // Looks at the list of tables, which nothing so far has.
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}

class SqliteHistoryStore implements HistoryStore {
  readonly #clock: Pick<Clock, 'monoMs'>;
  readonly #retention: HistoryRetention;
  readonly #db: DatabaseSync;
  readonly #readDb: DatabaseSync;
  readonly #pending = new PendingSamples();
  readonly #progress = new Map<number, HistoryProgress>();
  readonly #statements: ProgressStatements;
  readonly #chunkWrites: ChunkWrites;
  readonly #rollupWrites: RollupWrites;
  readonly #seriesWrites: SeriesWrites;
  readonly #maintenance: Maintenance;
  /** What was committed, as the writer sees it. */
  readonly #ownChunks: ChunkReads;
  readonly #chunks: ChunkReads;
  readonly #rollups: RollupReads;
  readonly #series: SeriesReads;
  #arrivedAt = 0;
  #samples = 0;
  #late = 0;
  #duplicates = 0;
  #flushMs = 0;

  constructor(options: SqliteHistoryOptions, db: DatabaseSync, readDb: DatabaseSync) {
    this.#clock = options.clock;
    this.#retention = options.retention;
    this.#db = db;
    this.#readDb = readDb;
    this.#statements = progressStatements(db);
    this.#chunkWrites = chunkWrites(db);
    this.#rollupWrites = rollupWrites(db);
    this.#seriesWrites = seriesWrites(db);
    this.#ownChunks = chunkReads(db);
    this.#maintenance = maintenance(db, {
      chunks: this.#ownChunks,
      rollups: this.#rollupWrites,
      series: this.#seriesWrites,
      retention: options.retention,
    });
    this.#chunks = chunkReads(readDb);
    this.#rollups = rollupReads(readDb);
    this.#series = seriesReads(readDb);
  }

  async progress(partition: number): Promise<HistoryProgress | null> {
    return guarded(() => this.#statements.read(partition));
  }

  async numbers(series: Parameters<HistoryStore['numbers']>[0]): Promise<Uint32Array> {
    return guarded(() => this.#seriesWrites.numbers(series, blockOf(this.#arrivedAt)));
  }

  async append(partition: number, progress: HistoryProgress, samples: NewSamples | null): Promise<number> {
    if (samples !== null) {
      this.#late += this.#pending.add(samples);
      this.#arrivedAt = Math.max(this.#arrivedAt, samples.arrivedAt);
    }
    this.#progress.set(partition, progress);
    return this.#pending.count;
  }

  async flush(): Promise<void> {
    if (this.#progress.size === 0) return;
    const startedMs = this.#clock.monoMs();
    const taken = this.#pending.count;
    let added = 0;
    try {
      this.#maintenance.begin(blockOf(this.#arrivedAt));
      this.#db.exec('BEGIN IMMEDIATE');
      let inSlice = 0;
      for (const number of this.#pending.touched()) {
        added += this.#write(number);
        if (++inSlice % SLICE_SERIES === 0) await turn();
      }
      for (const [partition, progress] of this.#progress) this.#statements.write(partition, progress);
      this.#db.exec('COMMIT');
    } catch (thrown) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw asHistoryError(thrown);
    }
    // In one go with the commit: a read finds a sample there or here, and never in neither.
    this.#pending.clear();
    this.#progress.clear();
    this.#samples += added;
    this.#duplicates += taken - added;
    this.#flushMs = this.#clock.monoMs() - startedMs;
  }

  /** Answers how many of a series' samples are new. */
  #write(number: SeriesNumber): number {
    let added = 0;
    const rolledTo = this.#maintenance.rolledTo() ?? 0;
    for (const [block, samples] of byBlock(this.#pending.of(number))) {
      const isNew = this.#chunkWrites.add(block, number, samples);
      added += isNew;
      if (isNew > 0 && block < rolledTo) {
        this.#rollupWrites.put(block, number, this.#ownChunks.ofBlock(block, number));
      }
    }
    return added;
  }

  async maintain(eventTime: number): Promise<{ readonly seriesDropped: boolean }> {
    if (!this.#maintenance.isDue(eventTime)) return { seriesDropped: false };
    // A block is downsampled from its rows, so what is pending goes there first.
    await this.flush();
    try {
      await this.#maintenance.rollUp(eventTime);
      await this.#maintenance.expire(eventTime);
      const keptBlock = blockOf(eventTime - this.#retention.fiveMinutesMs);
      return { seriesDropped: this.#seriesWrites.drop(keptBlock) > 0 };
    } catch (thrown) {
      throw asHistoryError(thrown);
    }
  }

  async *series(query: Parameters<HistoryStore['series']>[0]): AsyncGenerator<readonly HistorySeries[]> {
    const pages = this.#series.pages(query);
    for (let page = guarded(() => pages.next()); page.done !== true; page = guarded(() => pages.next())) {
      yield page.value;
      await turn();
    }
  }

  async samples(numbers: readonly SeriesNumber[], { from, to, samplesMax }: HistoryStretch): Promise<HistorySamples[]> {
    return this.#each(numbers, samplesMax, (number) => {
      const samples = this.#samplesOf(number, from, to);
      return [samples, samples.timestamps.length];
    });
  }

  async buckets(
    numbers: readonly SeriesNumber[],
    { from, to, samplesMax, resolution }: Parameters<HistoryStore['buckets']>[1],
  ): Promise<Buckets[]> {
    const widthMs = BUCKET_MS[resolution];
    return this.#each(numbers, samplesMax, (number) => {
      const border = rolledUntil(this.#maintenance.rolledTo());
      const rolled = this.#rollups.between(resolution, number, from, Math.min(to + 1, border));
      // What is not downsampled yet is still there in full, and so is all that is pending.
      const firstBucket = Math.ceil(from / widthMs) * widthMs;
      const live = this.#samplesOf(number, Math.max(firstBucket, border), to + widthMs);
      const fresh = bucketsBetween(bucketsOf(live, widthMs), from, to + 1);
      return [joinedBuckets([rolled, fresh]), rolled.starts.length + live.timestamps.length];
    });
  }

  #samplesOf(number: SeriesNumber, from: number, to: number): HistorySamples {
    const stored = this.#chunks.between(number, from, to);
    const pending = this.#pending.of(number);
    return pending.timestamps.length === 0 ? stored : samplesBetween(mergeSamples(stored, pending), from, to);
  }

  async #each<T>(
    numbers: readonly SeriesNumber[],
    samplesMax: number,
    read: (number: SeriesNumber) => readonly [T, samples: number],
  ): Promise<T[]> {
    const all: T[] = [];
    let samples = 0;
    for (const number of numbers) {
      const [one, size] = guarded(() => read(number));
      samples += size;
      if (samples > samplesMax) throw tooLarge(samplesMax);
      all.push(one);
      if (all.length % SLICE_SERIES === 0) await turn();
    }
    return all;
  }

  status(): HistoryStoreStatus {
    return {
      series: this.#series.count(),
      pendingSamples: this.#pending.count,
      samples: this.#samples,
      lateSamples: this.#late,
      duplicateSamples: this.#duplicates,
      flushMs: this.#flushMs,
    };
  }

  async close(): Promise<void> {
    this.#readDb.close();
    this.#db.close();
  }
}

const tooLarge = (samplesMax: number): CloudbellError =>
  new CloudbellError('range_too_large', {
    message: `More than ${samplesMax} samples would have to be read.`,
    hint: 'Ask for a shorter time, fewer series or a longer period.',
  });
