import { asError } from '../base/errors.ts';
import { FOLLOWER_LIMITS, type FollowerLimits, type FollowerOptions } from './options.ts';
import { PartitionFollower } from './partition-follower.ts';

/**
 * Keeps history up with the sample log (design.md §2: "history consumes the log with a position of its own").
 *
 * idle      a timer, or somebody who wants to read, starts a pass.
 * pass      entries are taken until there are none; in between a flush whenever enough has come together or enough time
 *           has passed, after which the log's writer is told what it may trim, and whatever maintenance is due.
 * failing   a pass that failed is tried again after a while. Nothing is lost meanwhile: the log keeps what is not
 *           flushed, up to its bound. Alerting does not notice.
 * stopped   after a last pass, cut short when it takes long, and a flush.
 */
export class LogFollower {
  readonly #options: FollowerOptions;
  readonly #limits: FollowerLimits;
  readonly #partitions: readonly PartitionFollower[];
  #isResumed = false;
  #pass: Promise<void> | null = null;
  #cancelTimer: () => void = () => undefined;
  #flushedMonoMs: number;
  /** Samples that wait for a flush. */
  #pending = 0;
  #failure: string | null = null;
  #isStopped = false;
  #passEndsMonoMs = Number.POSITIVE_INFINITY;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#limits = { ...FOLLOWER_LIMITS, ...options.limits };
    this.#partitions = Array.from(
      { length: options.partitions },
      (_, partition) => new PartitionFollower({ ...options, partition }),
    );
    this.#flushedMonoMs = options.clock.monoMs();
  }

  /** Set while history does not get on: why. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Entries that the log has and history does not, over all partitions. */
  async behind(): Promise<bigint> {
    let entries = 0n;
    for (const [partition, { position }] of this.#partitions.entries()) {
      const tail = await this.#options.log.tail(partition);
      if (tail.position > position) entries += tail.position - position;
    }
    return entries;
  }

  start(): void {
    this.#arm(0);
  }

  /** What the log holds now is in history when this resolves, unless history is behind or failing: then at once. */
  async catchUp(): Promise<void> {
    if (this.#pass === null && this.#failure === null && !this.#isStopped) await this.#run();
  }

  /** To be called when nothing is appended any more; leaves nothing to do for the next start, unless it is far behind. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#passEndsMonoMs = this.#options.clock.monoMs() + this.#limits.stopMs;
    this.#cancelTimer();
    await this.#pass;
    await this.#run();
    if (this.#failure === null) await this.#flush();
    this.#cancelTimer();
  }

  #arm(delayMs: number): void {
    this.#cancelTimer();
    if (!this.#isStopped) this.#cancelTimer = this.#options.clock.after(delayMs, () => void this.#run());
  }

  #run(): Promise<void> {
    this.#cancelTimer();
    this.#pass ??= this.#tryPass().finally(() => {
      this.#pass = null;
      // Ten times as long after a failure: a disk that is full stays so for a while.
      this.#arm(this.#limits.pollMs * (this.#failure === null ? 1 : 10));
    });
    return this.#pass;
  }

  /** Never rejects. */
  async #tryPass(): Promise<void> {
    try {
      await this.#takeAll();
      if (this.#failure !== null) this.#options.logger.info({}, 'history gets on again');
      this.#failure = null;
    } catch (thrown) {
      if (this.#failure === null) this.#options.logger.error({ err: thrown }, 'history does not get on');
      this.#failure = asError(thrown).message;
    }
  }

  async #takeAll(): Promise<void> {
    if (!this.#isResumed) {
      for (const partition of this.#partitions) await partition.resume();
      this.#isResumed = true;
      await this.#tell();
    }
    // What failed before comes first: else more and more would be taken into memory.
    if (this.#isFlushDue(this.#pending)) await this.#flush();
    for (let mayHaveMore = true; mayHaveMore && this.#options.clock.monoMs() < this.#passEndsMonoMs; ) {
      mayHaveMore = false;
      for (const partition of this.#partitions) {
        const page = await partition.takePage(this.#limits.pendingSamplesMax);
        mayHaveMore ||= page.mayHaveMore;
        if (page.mayHaveMore) this.#pending = page.pending;
        if (this.#isFlushDue(this.#pending)) await this.#flush();
      }
      // Reads that wait get their turn.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await this.#maintain();
  }

  #isFlushDue(pending: number): boolean {
    const { flushMs, pendingSamplesMax } = this.#limits;
    return pending >= pendingSamplesMax || this.#options.clock.monoMs() - this.#flushedMonoMs >= flushMs;
  }

  async #flush(): Promise<void> {
    await this.#options.store.flush();
    this.#pending = 0;
    for (const partition of this.#partitions) partition.noteFlush();
    this.#flushedMonoMs = this.#options.clock.monoMs();
    // At the end of a stop the log's writer is gone already; what it keeps is trimmed after the next start.
    if (!this.#isStopped) await this.#tell();
  }

  async #maintain(): Promise<void> {
    const eventTime = Math.max(...this.#partitions.map((partition) => partition.eventTime));
    if (eventTime === 0) return;
    const { seriesDropped } = await this.#options.store.maintain(eventTime);
    if (seriesDropped) for (const partition of this.#partitions) partition.forgetNumbers();
  }

  async #tell(): Promise<void> {
    const { retention, logger } = this.#options;
    for (const [partition, { flushed }] of this.#partitions.entries()) {
      await retention
        .keepFrom(partition, flushed)
        .catch((err: unknown) => logger.info({ err, partition }, 'the log was not told how far history is'));
    }
  }
}
