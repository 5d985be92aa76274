import type { LogEntry, Position } from '@cloudbell/core/alert/log-record.ts';
import { skewAfter } from '@cloudbell/core/alert/log-time.ts';
import { CloudbellError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { HistoryProgress, HistoryStore, NewSamples } from '../ports/history-store.ts';
import type { LogReader } from '../ports/log-reader.ts';
import { SeriesNumbers } from './series-numbers.ts';

/** Entries read at a time; with large ones that is tens of MB. */
const PAGE_ENTRIES = 16;

/**
 * Carries one partition of the log into history, entry by entry, from where history says it has come. Where that is
 * must be looked at: the log may be another one than it was (a store was restored, the log was lost), with positions
 * that say nothing about ours. Our entry is known again by its log time.
 */
export class PartitionFollower {
  readonly #partition: number;
  readonly #log: LogReader;
  readonly #store: HistoryStore;
  readonly #logger: Logger;
  readonly #numbers: SeriesNumbers;
  #position: Position = 0n;
  #flushed: Position = 0n;
  /** Event time of the last entry, ms. */
  #eventTime = 0;

  constructor(options: {
    readonly partition: number;
    readonly log: LogReader;
    readonly store: HistoryStore;
    readonly logger: Logger;
  }) {
    this.#partition = options.partition;
    this.#log = options.log;
    this.#store = options.store;
    this.#logger = options.logger;
    this.#numbers = new SeriesNumbers(options);
  }

  get position(): Position {
    return this.#position;
  }

  /** The log is needed from here on. */
  get flushed(): Position {
    return this.#flushed;
  }

  /** What was taken is durable now. */
  noteFlush(): void {
    this.#flushed = this.#position;
  }

  get eventTime(): number {
    return this.#eventTime;
  }

  forgetNumbers(): void {
    this.#numbers.forget();
  }

  /** Finds the place to go on from. */
  async resume(): Promise<void> {
    const progress = await this.#store.progress(this.#partition);
    this.#position = progress === null ? 0n : await this.#placeOf(progress);
    this.#flushed = this.#position;
  }

  /**
   * Takes the next entries, until about `pendingMax` samples wait for a flush. Answers how many do, and whether there may
   * be more to take.
   */
  async takePage(pendingMax: number): Promise<{ readonly pending: number; readonly mayHaveMore: boolean }> {
    const page = await this.#read();
    let pending = 0;
    for (const entry of page) {
      if (pending >= pendingMax) break;
      pending = await this.#take(entry);
      this.#position = entry.position;
    }
    return { pending, mayHaveMore: page.length > 0 };
  }

  async #placeOf({ position, time }: HistoryProgress): Promise<Position> {
    const found = (await this.#log.read(this.#partition, position - 1n, 1))[0];
    if (found?.position === position && found.time === time) return position;
    const tail = await this.#log.tail(this.#partition);
    if (found === undefined && tail.position === position) return position;
    const detail = { partition: this.#partition, position: String(position), tail: String(tail.position) };
    if (found !== undefined && found.position > position) {
      this.#logger.error(
        detail,
        'the sample log does not go on where history is: it was trimmed too far, or is another one',
      );
      return position;
    }
    // What is already in history and comes again is a repetition, and those are dropped.
    this.#logger.warn(detail, 'this is another sample log than history has followed: it is read from its beginning');
    return 0n;
  }

  /** A damaged entry is passed over: history goes on without it, and the next start of the fold says what to do. */
  async #read(): Promise<readonly LogEntry[]> {
    try {
      return await this.#log.read(this.#partition, this.#position, PAGE_ENTRIES);
    } catch (thrown) {
      if (!isDamaged(thrown)) throw thrown;
    }
    const { position: end } = await this.#log.tail(this.#partition);
    while (this.#position < end) {
      try {
        return await this.#log.read(this.#partition, this.#position, 1);
      } catch (thrown) {
        if (!isDamaged(thrown)) throw thrown;
        this.#logger.error(
          { err: thrown, partition: this.#partition },
          'an entry cannot be read; history is without it',
        );
        this.#position += 1n;
      }
    }
    return [];
  }

  async #take(entry: LogEntry): Promise<number> {
    const { position, time, records } = entry;
    const progress = { position, time };
    const added: NewSamples[] = [];
    for (const [index, record] of records.entries()) {
      if (record.kind === 'series') await this.#numbers.define(record.series);
      if (record.kind !== 'samples') continue;
      const arrivedAt = time + skewAfter(entry.skew, records.slice(0, index));
      added.push({ ...record, numbers: await this.#numbers.of(record.seriesIds), arrivedAt });
    }
    // Only when nothing of the entry can fail any more: progress must not cover half of it.
    for (const samples of added) await this.#store.append(this.#partition, progress, samples);
    this.#eventTime = Math.max(this.#eventTime, time + skewAfter(entry.skew, records));
    return this.#store.append(this.#partition, progress, null);
  }
}

const isDamaged = (thrown: unknown): boolean => thrown instanceof CloudbellError && thrown.code === 'log_damaged';
