import { Backoff } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { asError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { LogWriter } from '../ports/log-writer.ts';
import type { RuleStore } from '../ports/rule-store.ts';

export interface RuleRelayOptions {
  readonly rules: Pick<RuleStore, 'pendingChanges' | 'settleChanges'>;
  readonly writer: Pick<LogWriter, 'appendRecords'>;
  readonly logger: Logger;
  readonly clock: Clock;
}

export interface RuleRelay {
  /** Relays what a crash left behind; resolves when it is in the log, however long the log refuses. */
  start(): Promise<void>;
  /**
   * Resolves when the change is in the log; a refused append is tried again after 0.1 … 5 s. Rejects with the
   * last refusal's error once `stop` was called: the change is stored and goes to the log at the next start.
   */
  flush(changeId: number): Promise<void>;
  stop(): Promise<void>;
}

/** Changes per append. */
const PAGE_CHANGES = 500;

/**
 * Carries changes from the store, which is the truth for rules, to the log, where the fold reads them: in the order
 * of their ids, and settled only when they are in the log. A crash in between relays some twice, which the fold
 * takes as once (idempotent by rule and version). One pass at a time serves every flush that waits.
 */
export function createRuleRelay(options: RuleRelayOptions): RuleRelay {
  const relay = new Relay(options);
  return { start: () => relay.start(), flush: (changeId) => relay.flush(changeId), stop: () => relay.stop() };
}

interface Waiting {
  readonly changeId: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

class Relay {
  readonly #options: RuleRelayOptions;
  readonly #backoff: Backoff;
  readonly #waiting = new Set<Waiting>();
  /** Set when a pass must follow the one under way, which may have read the changes before the newest came. */
  #isAsked = false;
  #isRunning = false;
  #loop: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: RuleRelayOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.clock);
  }

  async start(): Promise<void> {
    this.#ask();
    await this.#loop;
  }

  flush(changeId: number): Promise<void> {
    if (this.#stopped) return Promise.reject(new Error('the rule relay has stopped'));
    return new Promise((resolve, reject) => {
      this.#waiting.add({ changeId, resolve, reject });
      this.#ask();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#backoff.cutShort();
    await this.#loop;
  }

  #ask(): void {
    this.#isAsked = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#loop = this.#run();
  }

  async #run(): Promise<void> {
    let failure = new Error('the rule relay has stopped');
    while (this.#isAsked && !this.#stopped) {
      this.#isAsked = false;
      try {
        await this.#pass();
        this.#backoff.succeeded();
      } catch (thrown) {
        failure = asError(thrown);
        this.#isAsked = true;
        await this.#pause(failure);
      }
    }
    this.#isRunning = false;
    if (!this.#stopped) return;
    for (const waiting of this.#waiting) waiting.reject(failure);
    this.#waiting.clear();
  }

  /** Relays everything pending, and so serves the flushes that came before: their changes are pending now, or settled. */
  async #pass(): Promise<void> {
    const { rules, writer } = this.#options;
    const served = [...this.#waiting];
    for (;;) {
      const changes = await rules.pendingChanges(PAGE_CHANGES);
      const last = changes.at(-1);
      if (last !== undefined) {
        await writer.appendRecords(changes.map(({ record }) => record));
        await rules.settleChanges(last.id);
      }
      const isEnd = changes.length < PAGE_CHANGES;
      this.#resolve(served.filter(({ changeId }) => isEnd || (last !== undefined && changeId <= last.id)));
      if (isEnd) return;
    }
  }

  #resolve(served: readonly Waiting[]): void {
    for (const waiting of served) if (this.#waiting.delete(waiting)) waiting.resolve();
  }

  async #pause(err: Error): Promise<void> {
    if (this.#stopped) return;
    const pause = new Promise<void>((resolve) => this.#backoff.failed(resolve));
    const { failures } = this.#backoff;
    this.#options.logger.warn({ err, failures }, 'rule changes could not be relayed; tried again');
    await pause;
  }
}
