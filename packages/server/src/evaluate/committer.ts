import type { AlertEffect } from '@cloudbell/core/alert/effect.ts';
import type { Position } from '@cloudbell/core/alert/log-record.ts';
import { Backoff } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { asError, CloudbellError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { CommitRequest, CommitStore, PartitionClaim, PositionedEffect } from '../ports/commit-store.ts';
import type { EvaluatorLimits } from './options.ts';

export interface CommitterOptions {
  readonly partition: number;
  readonly claim: PartitionClaim;
  readonly commits: CommitStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: Pick<EvaluatorLimits, 'uncommittedEffectsMax' | 'commitEffectsMax'>;
  readonly onDeliveries: (count: number) => void;
  /** `stale_owner`: another process owns the partition; nothing more is committed here. */
  readonly onStale: (error: Error) => void;
}

/**
 * Carries the fold's effects to the store, one commit in flight; what arises meanwhile goes into the next.
 *
 * idle      nothing to commit. Left by `add` with effects, or by `flush` past the committed position.
 * sending   a commit is under way. Left to idle, to the next commit, to waiting, or to stopped.
 * waiting   it failed; the same commit, byte for byte, is sent again after 0.1 … 5 s. Left to sending.
 * stopped   `stale_owner`, or `stop`. Final. What was not committed is in the log and is folded again at the next start.
 */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #backoff: Backoff;
  #committed: Position;
  /** All entries up to here have been handed over. */
  #folded: Position;
  /** Commit at least up to here, also without effects. */
  #wanted: Position;
  #queue: { readonly position: Position; readonly effects: readonly AlertEffect[] }[] = [];
  #uncommitted = 0;
  #commitMs = 0;
  #isRunning = false;
  #loop: Promise<void> = Promise.resolve();
  #stopped = false;
  #failure: string | null = null;
  readonly #waiters = new Set<() => void>();

  constructor(options: CommitterOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.clock);
    this.#committed = options.claim.position;
    this.#folded = options.claim.position;
    this.#wanted = options.claim.position;
  }

  get committed(): Position {
    return this.#committed;
  }

  /** Duration of the last commit that succeeded, ms; 0 before the first. */
  get commitMs(): number {
    return this.#commitMs;
  }

  /** Why appends must be refused now, or null: the store fails and too much waits for it. */
  get refusal(): string | null {
    return this.#failure !== null && this.#isFull() ? this.#failure : null;
  }

  /** Takes the effects of the entry at `position`; entries come in order. Not above the committed position: ignored. */
  add(position: Position, effects: readonly AlertEffect[]): void {
    if (position <= this.#folded) return;
    this.#folded = position;
    if (effects.length === 0) return;
    this.#queue.push({ position, effects });
    this.#uncommitted += effects.length;
    this.#wanted = position;
    this.#start();
  }

  /** Resolves when more effects may wait, or when the store fails (see `refusal`), or after the stop. */
  async capacity(): Promise<void> {
    await this.#until(() => !this.#isFull() || this.#failure !== null);
  }

  /** Resolves true when everything up to `position` is committed, false when that will not happen any more. */
  async flush(position: Position): Promise<boolean> {
    if (position > this.#wanted) this.#wanted = position;
    this.#start();
    await this.#until(() => this.#committed >= position);
    return this.#committed >= position;
  }

  /** Lets the commit under way finish, tries once more what is left, and stops. */
  async stop(): Promise<void> {
    this.#wanted = this.#folded;
    this.#backoff.succeeded();
    this.#backoff.cutShort();
    this.#start();
    await this.#until(() => this.#committed >= this.#folded || this.#backoff.failures > 0);
    this.#halt();
    await this.#loop;
  }

  #isFull(): boolean {
    return this.#uncommitted >= this.#options.limits.uncommittedEffectsMax;
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!this.#stopped && !isSo()) await new Promise<void>((resolve) => this.#waiters.add(resolve));
  }

  #changed(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }

  #halt(): void {
    this.#stopped = true;
    this.#backoff.cutShort();
    this.#changed();
  }

  #start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#loop = this.#run();
  }

  async #run(): Promise<void> {
    while (!this.#stopped && this.#wanted > this.#committed) {
      const request = this.#nextRequest();
      while (!this.#stopped && !(await this.#send(request)));
    }
    // In the same turn as the question above, or an `add` in between would find nobody to send it.
    this.#isRunning = false;
  }

  #nextRequest(): CommitRequest {
    const { partition, claim, clock, limits } = this.#options;
    const effects: PositionedEffect[] = [];
    let entries = 0;
    for (const { position, effects: ofEntry } of this.#queue) {
      if (effects.length > 0 && effects.length + ofEntry.length > limits.commitEffectsMax) break;
      for (const effect of ofEntry) effects.push({ position, effect });
      entries += 1;
    }
    const rest = this.#queue.splice(0, entries);
    // Entries after the last one with effects had none: committing past them costs nothing.
    const to = this.#queue.length === 0 ? this.#folded : (rest.at(-1)?.position ?? this.#committed);
    return { partition, epoch: claim.epoch, from: this.#committed, to, effects, now: clock.wallMs() };
  }

  /** True when the request is done with: committed, or never to be. False after a pause, when it can be sent again. */
  async #send(request: CommitRequest): Promise<boolean> {
    const { clock, commits } = this.#options;
    const startedMs = clock.monoMs();
    let deliveries: number;
    try {
      ({ deliveries } = await commits.commit(request));
    } catch (thrown) {
      return this.#failed(asError(thrown));
    }
    this.#commitMs = clock.monoMs() - startedMs;
    this.#committed = request.to;
    this.#uncommitted -= request.effects.length;
    this.#backoff.succeeded();
    this.#failure = null;
    this.#changed();
    if (deliveries > 0) this.#options.onDeliveries(deliveries);
    return true;
  }

  async #failed(error: Error): Promise<boolean> {
    const { partition, logger, onStale } = this.#options;
    if (error instanceof CloudbellError && error.code === 'stale_owner') {
      this.#halt();
      onStale(error);
      return true;
    }
    this.#failure = error.message;
    const pause = new Promise<void>((resolve) => this.#backoff.failed(resolve));
    logger.warn({ err: error, partition, failures: this.#backoff.failures }, 'a commit failed and will be sent again');
    this.#changed();
    if (this.#stopped) this.#backoff.cutShort();
    await pause;
    return false;
  }
}
