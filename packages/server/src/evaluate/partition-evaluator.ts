import { canExpire } from '@cloudbell/core/alert/expire.ts';
import {
  applyEntry,
  type FoldCounters,
  type FoldState,
  foldCounters,
  hasSeries,
  knownSeriesKey,
  nextDeadline,
} from '@cloudbell/core/alert/fold.ts';
import type { LogEntry, LogRecord, Position } from '@cloudbell/core/alert/log-record.ts';
import { type LogTimeCheck, type LogTimeState, nextLogTime, resumeLogTime } from '@cloudbell/core/alert/log-time.ts';
import type { SeriesId } from '@cloudbell/core/metric/series.ts';
import { asError, CloudbellError } from '../base/errors.ts';
import { Checkpointer } from './checkpointer.ts';
import { Committer } from './committer.ts';
import { type EntryGroup, joinAppends, samplesIn, takeAppends, type WaitingAppend } from './entry-group.ts';
import type { EvaluatorLimits, EvaluatorOptions } from './options.ts';
import { type Recovery, recoverFold } from './recover.ts';

/** Clocks are checked, and a tick is written while anything is open, at least this often. */
const HEARTBEAT_MS = 1_000;

export interface PartitionOptions extends Omit<EvaluatorOptions, 'limits' | 'partitions' | 'onFatal'> {
  readonly partition: number;
  readonly partitions: number;
  readonly limits: EvaluatorLimits;
  readonly onFatal: (error: Error) => void;
}

export interface PartitionStatus {
  readonly fold: FoldCounters;
  readonly foldLagMs: number;
  readonly backlog: number;
  readonly position: Position;
  readonly committedPosition: Position;
  readonly gaps: number;
  readonly clockSteps: number;
  readonly appendMs: number;
  readonly commitMs: number;
  readonly refusing: string | null;
}

/**
 * One partition: the only writer of its log, and the fold that follows it.
 *
 *     appends ─▶ waiting ─▶ one entry ─▶ log (durable: calls resolve) ─▶ fold ─▶ committer ─▶ store
 *
 * starting  the fold is brought to the end of the log. Left to live.
 * live      one loop: everything that waits becomes the next entry, behind what the clocks say (gap, clock) or, with
 *           nothing to say, a tick if one is due. A heartbeat starts it when nothing else does.
 * refusing  the log or, beyond a bound, the store cannot write: calls are rejected, nothing is folded, and log time
 *           stands, so that the next entry tells a long pause as a gap. Left to live by an entry that succeeds.
 * stopping  waiting calls are served, new ones rejected; then everything is committed and checkpointed.
 * fatal     for good, after `stale_owner` or a fold that throws: only a new start can tell what holds.
 */
export class PartitionEvaluator {
  readonly #options: PartitionOptions;
  readonly #state: FoldState;
  readonly #committer: Committer;
  readonly #checkpointer: Checkpointer;
  #logTime: LogTimeState;
  #seriesCount: number;
  #position: Position;
  readonly #waiting: WaitingAppend[] = [];
  #waitingSamples = 0;
  #beatDue = false;
  #isRunning = false;
  #loop: Promise<void> = Promise.resolve();
  #cancelHeartbeat: () => void = () => undefined;
  #entryMonoMs = Number.NEGATIVE_INFINITY;
  /** Log time of the last entry, ms: a deadline at or before it has had its chance. */
  #foldedTo = Number.NEGATIVE_INFINITY;
  #refusing: string | null = null;
  #ended: 'stopping' | 'fatal' | null = null;
  #gaps = 0;
  #clockSteps = 0;
  #appendMs = 0;

  /** Claims the partition, replays, and goes live. Rejects when the log or the store cannot be read. */
  static async start(options: PartitionOptions): Promise<PartitionEvaluator> {
    const claim = await options.commits.claimPartition(options.partition);
    let stale: Error | null = null;
    let evaluator: PartitionEvaluator | null = null;
    const onStale = (error: Error): void => {
      stale = error;
      if (evaluator !== null) evaluator.#end(error);
    };
    const committer = new Committer({ ...options, claim, onStale });
    const recovery = await recoverFold({
      ...options,
      committed: claim.position,
      nowMs: options.clock.wallMs(),
      onEffects: async (position, effects) => {
        committer.add(position, effects);
        await committer.capacity();
      },
    });
    if (stale !== null) throw stale;
    evaluator = new PartitionEvaluator(options, committer, recovery);
    await evaluator.#goLive(recovery.rebuilt);
    return evaluator;
  }

  private constructor(options: PartitionOptions, committer: Committer, recovery: Recovery) {
    this.#options = options;
    this.#committer = committer;
    this.#checkpointer = new Checkpointer({ ...options, committer }, recovery.rebuilt ? null : recovery.checkpointed);
    this.#state = recovery.state;
    this.#position = recovery.position;
    this.#seriesCount = recovery.tail.seriesCount;
    this.#logTime = resumeLogTime(recovery.tail);
  }

  /** Durable when it resolves, with the position of its entry. Without records: after everything before it. */
  append(records: readonly LogRecord[]): Promise<Position> {
    return this.#enqueue(records, null);
  }

  /** Everything before it is durable and folded when it resolves. */
  async folded(): Promise<void> {
    await this.#enqueue([], () => []);
  }

  /** As the port has it. */
  async expire(seriesIds: readonly SeriesId[]): Promise<readonly SeriesId[]> {
    let expired: readonly SeriesId[] = [];
    await this.#enqueue([], () => {
      expired = seriesIds.filter((id) => id < this.#seriesCount - 1 && canExpire(this.#state, id));
      return expired.length > 0 ? [{ kind: 'expire', seriesIds: expired }] : [];
    });
    return expired;
  }

  #enqueue(records: readonly LogRecord[], decide: WaitingAppend['decide']): Promise<Position> {
    const samples = samplesIn(records);
    const { backlogSamplesMax } = this.#options.limits;
    if (this.#ended !== null) return Promise.reject(unavailable('evaluation has stopped'));
    if (this.#waiting.length > 0 && this.#waitingSamples + samples > backlogSamplesMax) {
      return Promise.reject(unavailable(`more than ${backlogSamplesMax} samples wait for it`));
    }
    return new Promise<Position>((resolve, reject) => {
      this.#waiting.push({ records, decide, samples, resolve, reject });
      this.#waitingSamples += samples;
      this.#wake();
    });
  }

  has(id: SeriesId): boolean {
    return hasSeries(this.#state, id);
  }

  /** Serves what waits, commits, checkpoints: the next start replays nothing. What the store refuses, it replays. */
  async stop(): Promise<void> {
    this.#ended ??= 'stopping';
    this.#cancelHeartbeat();
    await this.#loop;
    this.#cancelHeartbeat();
    await this.#committer.stop();
    await this.#checkpointer.idle();
    if (this.#ended === 'stopping' && this.#committer.committed >= this.#position) {
      await this.#checkpointer.save(this.#state, this.#position);
    }
  }

  /** Who follows the log needs entries from here on. */
  keepFrom(position: Position): void {
    this.#checkpointer.keepFrom(position);
  }

  status(): PartitionStatus {
    const deadline = nextDeadline(this.#state);
    const now = this.#checkTime().time;
    return {
      fold: foldCounters(this.#state),
      foldLagMs: deadline === null ? 0 : Math.max(0, now - deadline),
      backlog: this.#waiting.length,
      position: this.#position,
      committedPosition: this.#committer.committed,
      gaps: this.#gaps,
      clockSteps: this.#clockSteps,
      appendMs: this.#appendMs,
      commitMs: this.#committer.commitMs,
      refusing: this.#refusing ?? this.#committer.refusal,
    };
  }

  async #goLive(rebuilt: boolean): Promise<void> {
    if (rebuilt) {
      // Before anything is appended, so that from the first entry on every start is exact.
      const saved = this.#checkpointer.save(this.#state, this.#position);
      if (this.#committer.committed >= this.#position) await saved;
    }
    this.#beat();
    await this.#loop;
  }

  #beat(): void {
    this.#beatDue = true;
    this.#wake();
  }

  #wake(): void {
    if (this.#isRunning || this.#ended === 'fatal') return;
    this.#isRunning = true;
    this.#loop = this.#run();
  }

  async #run(): Promise<void> {
    this.#cancelHeartbeat();
    while (this.#ended !== 'fatal' && (this.#waiting.length > 0 || this.#beatDue)) {
      // Calls that have already arrived get to join.
      await turn();
      await this.#nextEntry();
    }
    this.#isRunning = false;
    if (this.#ended === null) this.#armHeartbeat();
  }

  #armHeartbeat(): void {
    const { clock } = this.#options;
    const deadline = nextDeadline(this.#state);
    let delayMs = HEARTBEAT_MS;
    if (deadline !== null) {
      delayMs = this.#entryMonoMs + HEARTBEAT_MS - clock.monoMs();
      if (deadline > this.#foldedTo) delayMs = Math.min(delayMs, deadline - this.#checkTime().time);
      // While appends are refused, the next try is the heartbeat's.
      if (this.#refusing !== null || this.#committer.refusal !== null) delayMs = HEARTBEAT_MS;
    }
    this.#cancelHeartbeat = clock.after(Math.min(HEARTBEAT_MS, Math.max(1, delayMs)), () => this.#beat());
  }

  #checkTime(): LogTimeCheck {
    const { clock } = this.#options;
    return nextLogTime(this.#logTime, { wallMs: clock.wallMs(), monoMs: clock.monoMs() });
  }

  async #nextEntry(): Promise<void> {
    const isBeat = this.#beatDue;
    this.#beatDue = false;
    const appends = takeAppends(this.#waiting, this.#options.limits.entrySamplesMax);
    for (const append of appends) this.#waitingSamples -= append.samples;
    await this.#committer.capacity();
    const refusal = this.#committer.refusal;
    if (refusal !== null) return reject(appends, unavailable(`what it caused cannot be committed: ${refusal}`));

    const check = this.#checkTime();
    for (const append of appends) if (append.decide !== null) append.records = append.decide();
    const group = joinAppends(appends, {
      count: this.#seriesCount,
      has: (id) => hasSeries(this.#state, id),
      keyOf: (id) => knownSeriesKey(this.#state, id),
    });
    const records: LogRecord[] = [...check.records, ...group.records];
    // Every entry carries log time and closes what is due; only where there is none does a tick have to.
    if (records.length === 0 && this.#isTickDue(check.time, isBeat)) records.push({ kind: 'tick' });
    if (records.length > 0) return this.#write(group, check, records);
    this.#logTime = check.state;
    for (const append of group.appends) append.resolve(this.#position);
  }

  #isTickDue(time: number, isBeat: boolean): boolean {
    // Also with nothing open: the only way to find out that the log can be written again.
    if (this.#refusing !== null && isBeat) return true;
    const deadline = nextDeadline(this.#state);
    if (deadline === null) return false;
    if (time >= deadline && deadline > this.#foldedTo) return true;
    return isBeat && this.#options.clock.monoMs() - this.#entryMonoMs >= HEARTBEAT_MS;
  }

  async #write(group: EntryGroup, check: LogTimeCheck, records: readonly LogRecord[]): Promise<void> {
    const { log, clock, partition } = this.#options;
    const { time, skew } = check;
    const startedMs = clock.monoMs();
    let position: Position;
    try {
      position = await log.append(partition, { time, skew, records });
    } catch (thrown) {
      this.#refuse(group, thrown);
      return;
    }
    this.#entryMonoMs = clock.monoMs();
    this.#appendMs = this.#entryMonoMs - startedMs;
    this.#logTime = check.state;
    this.#seriesCount = group.seriesCount;
    this.#recovered();
    for (const append of group.appends) append.resolve(position);
    for (const record of check.records) record.kind === 'gap' ? this.#gaps++ : this.#clockSteps++;
    // The answers get out before the fold takes the thread.
    await turn();
    this.#fold({ position, time, skew, records });
  }

  #fold(entry: LogEntry): void {
    try {
      const effects = applyEntry(this.#state, entry);
      this.#position = entry.position;
      this.#foldedTo = entry.time;
      this.#committer.add(entry.position, effects);
      this.#checkpointer.note(entry.records, this.#state, entry.position);
    } catch (thrown) {
      this.#end(new Error(`the fold failed at position ${entry.position}`, { cause: thrown }));
    }
  }

  #refuse(group: EntryGroup, thrown: unknown): void {
    const error = thrown instanceof CloudbellError ? thrown : unavailable(asError(thrown).message, thrown);
    if (this.#refusing === null) {
      this.#options.logger.error({ err: error, partition: this.#options.partition }, 'appends are refused');
    }
    this.#refusing = error.message;
    reject(group.appends, error);
  }

  #recovered(): void {
    if (this.#refusing === null) return;
    this.#refusing = null;
    this.#options.logger.info({ partition: this.#options.partition }, 'appends are accepted again');
  }

  #end(error: Error): void {
    if (this.#ended === 'fatal') return;
    this.#ended = 'fatal';
    this.#refusing = error.message;
    this.#cancelHeartbeat();
    reject(this.#waiting.splice(0), unavailable(error.message, error));
    this.#options.logger.error({ err: error, partition: this.#options.partition }, 'evaluation has stopped for good');
    this.#options.onFatal(error);
  }
}

/** One turn of the event loop: whatever has arrived is delivered. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function reject(appends: readonly WaitingAppend[], error: Error): void {
  for (const append of appends) append.reject(error);
}

function unavailable(why: string, cause?: unknown): CloudbellError {
  return new CloudbellError('log_unavailable', { message: `The sample log takes nothing: ${why}.`, cause });
}
