import type { AttemptResult, ChannelName, ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import { planClaims } from '@cloudbell/core/notify/fairness.ts';
import { judge, longestWaitMs, RETRY_TABLES } from '@cloudbell/core/notify/retry.ts';
import { Backoff } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { asError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { Channel } from '../ports/channel.ts';
import type { CourierPort, CourierStatus } from '../ports/courier.ts';
import type { ClaimRequest, Outbox } from '../ports/outbox.ts';
import { sendOnce } from './attempt.ts';
import { EndpointHealth } from './endpoint-health.ts';
import { Settler } from './settler.ts';
import { SteadyTime } from './steady-time.ts';
import { Tally } from './tally.ts';

/**
 * The courier: claims what is due, sends it, settles what came of it. Only it loops; channels send once.
 *
 * One delivery goes   outbox ──claim──▶ sending ──result──▶ unsettled ──settle──▶ outbox
 * and is held here from claim to settle. The outbox hands out one delivery of a lane at a time and none that is held,
 * so order within a lane, and that nothing is sent twice, follow from settling before the next claim of that lane.
 *
 * Looking for due deliveries never waits for anything but itself: it happens when woken, right after results were
 * handed over (the two calls share one commit, and the claim sees their lanes free), when the next known time has
 * come, and every second at the latest, so that no lost call can hold a delivery back.
 *
 * States: idle → running (start) → stopping (stop: no more claims) → stopped (all settled, or given up after a limit).
 */
export interface CourierOptions {
  readonly outbox: Outbox;
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: CourierLogger;
  /** Deliveries under way or waiting to be put on record, over all endpoints. Default 256. */
  readonly inFlightMax?: number;
  /** Fraction of those that endpoints in trouble, and the busy ones, leave to others' first attempts. Default 0.25. */
  readonly firstAttemptShare?: number;
}

/** What the courier asks of a logger; pino's satisfies it. */
export interface CourierLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * ms between two looks at the outbox when nothing else causes one. No delay of a retry table is shorter, so the look
 * before a retry's time always finds out about it.
 */
const LOOK_EVERY_MS = 1000;
/** A channel that has not answered after so many deadlines never will: its attempt is ended for it. */
const DEADLINES_MAX = 2;
/** ms that stopping waits, beyond the longest deadline, for attempts and then again for the outbox. */
const STOP_SLACK_MS = 1000;

interface Sending {
  readonly delivery: ClaimedDelivery;
  readonly begunMono: number;
}

export class Courier implements CourierPort {
  readonly #options: CourierOptions;
  readonly #inFlightMax: number;
  readonly #time: SteadyTime;
  readonly #health = new EndpointHealth();
  readonly #tally = new Tally();
  readonly #settler: Settler;
  readonly #claimBackoff: Backoff;
  /** By delivery id. */
  readonly #sending = new Map<string, Sending>();
  /** Deliveries whose last attempt was lost to a stale socket: the next one is judged. */
  readonly #staleBefore = new Set<string>();
  #state: 'idle' | 'running' | 'stopping' | 'stopped' = 'idle';
  #looking = false;
  #lookAgain = false;
  /** Wall clock, ms, of the last look: whatever was due by then has been asked for. */
  #lookedAt = 0;
  /** The time of the next delivery has to be asked for: at start, and after the timer for the one before. */
  #askNextDue = true;
  #cancelTimer: () => void = () => undefined;
  #timerMono = Number.POSITIVE_INFINITY;
  #stopped: Promise<void> | null = null;
  #onQuiet: () => void = () => undefined;

  constructor(options: CourierOptions) {
    const { clock, outbox, logger } = options;
    this.#options = options;
    this.#inFlightMax = options.inFlightMax ?? 256;
    this.#time = new SteadyTime(clock);
    this.#claimBackoff = new Backoff(clock);
    this.#settler = new Settler({
      outbox,
      clock,
      logger,
      onHandedOver: () => this.#look(),
      onSettled: (failedBefore) => {
        if (failedBefore) this.#look();
        this.#onQuiet();
      },
    });
  }

  /** Takes up what a crash left behind, then runs. Rejects when the outbox cannot be read. Answers how many were cut off. */
  async start(): Promise<number> {
    if (this.#state !== 'idle') throw new Error(`a courier starts once, this one is ${this.#state}`);
    const interrupted = await this.#options.outbox.recover(
      this.#time.now(),
      longestWaitMs(this.#options.channels.keys()),
    );
    // Stopped in the meantime: the outbox is in order, there is nothing to run.
    if (this.#state !== 'idle') return interrupted;
    this.#state = 'running';
    if (interrupted > 0) this.#options.logger.info({ interrupted }, 'attempts cut off by a crash are sent again');
    this.#look();
    return interrupted;
  }

  async wake(): Promise<void> {
    this.#look();
  }

  async status(): Promise<CourierStatus> {
    return {
      inFlight: this.#sending.size,
      unsettled: this.#settler.size,
      outboxFailures: this.#settler.failures + this.#claimBackoff.failures,
      ...this.#tally.snapshot(),
      endpoints: this.#health.snapshot(),
    };
  }

  /**
   * Claims no more, lets attempts under way end within their deadline, and puts their results on record. What has not
   * ended by then is recorded interrupted, and is sent again by the next start.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#state = 'stopping';
    this.#cancelTimer();
    this.#claimBackoff.close();
    const longestMs = Math.max(...Object.values(RETRY_TABLES).map((table) => table.attemptDeadlineMs));
    await this.#quiet(() => this.#sending.size === 0 && !this.#looking, longestMs + STOP_SLACK_MS);
    for (const { delivery, begunMono } of [...this.#sending.values()]) {
      this.#end(delivery, this.#cutOff('interrupted', 'cut off by a stop of Cloudbell', begunMono));
    }
    await this.#quiet(() => this.#settler.size === 0, longestMs + STOP_SLACK_MS);
    this.#state = 'stopped';
    this.#settler.close();
    if (this.#settler.size > 0) {
      this.#options.logger.error({ results: this.#settler.size }, 'stopped with results that could not be recorded');
    }
  }

  /** Resolves when `isQuiet`, which is looked at after every result, settlement and claim; or after `limitMs`. */
  #quiet(isQuiet: () => boolean, limitMs: number): Promise<void> {
    if (isQuiet()) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(limitMs, () => {
        this.#onQuiet = () => undefined;
        resolve();
      });
      this.#onQuiet = () => {
        if (!isQuiet()) return;
        cancel();
        this.#onQuiet = () => undefined;
        resolve();
      };
    });
  }

  #look(): void {
    if (this.#state !== 'running') return;
    this.#lookAgain = true;
    if (this.#looking || this.#claimBackoff.isWaiting) return;
    void this.#lookUntilDone();
  }

  async #lookUntilDone(): Promise<void> {
    this.#looking = true;
    try {
      while (this.#lookAgain && this.#state === 'running') {
        this.#lookAgain = false;
        await this.#claimAndSend();
      }
      if (this.#askNextDue) {
        this.#askNextDue = false;
        this.#lookAt((await this.#options.outbox.nextDueAt(this.#lookedAt)) ?? Number.POSITIVE_INFINITY);
      }
      this.#claimBackoff.succeeded();
    } catch (thrown) {
      this.#askNextDue = true;
      const retryMs = this.#claimBackoff.failed(() => this.#look());
      this.#options.logger.error({ err: asError(thrown), retryMs }, 'the outbox could not be asked for deliveries');
    } finally {
      this.#looking = false;
    }
    if (this.#lookAgain) this.#look();
    this.#onQuiet();
  }

  async #claimAndSend(): Promise<void> {
    const { outbox, firstAttemptShare = 0.25 } = this.#options;
    const inFlightMax = this.#inFlightMax;
    this.#lookedAt = this.#time.now();
    const plans = planClaims({ free: this.#free(), inFlightMax, firstAttemptShare, loads: this.#health.loads() });
    for (const plan of plans) {
      const request: ClaimRequest = { ...plan, now: this.#lookedAt, limit: Math.min(plan.limit, this.#free()) };
      if (request.limit <= 0) break;
      const claimed = await outbox.claim(request);
      const counts = new Map<string, number>();
      for (const delivery of claimed) {
        counts.set(delivery.endpoint, (counts.get(delivery.endpoint) ?? 0) + 1);
        this.#begin(delivery);
      }
      // An idle endpoint gets the room of a newcomer at first; what its cap allows beyond comes with the next look.
      for (const [endpoint, count] of counts) {
        const given = request.room[endpoint] ?? request.defaultRoom;
        if (count >= given && this.#health.roomOf(endpoint) > 0) this.#lookAgain = true;
      }
    }
  }

  #free(): number {
    return this.#inFlightMax - this.#sending.size - this.#settler.backlog;
  }

  #begin(delivery: ClaimedDelivery): void {
    const { deliveryId, channel } = delivery;
    if (this.#sending.has(deliveryId)) {
      this.#options.logger.error({ deliveryId }, 'the outbox handed out a delivery that is being sent; left alone');
      return;
    }
    const sending: Sending = { delivery, begunMono: this.#options.clock.monoMs() };
    this.#sending.set(deliveryId, sending);
    this.#health.begin(delivery);
    if (this.#state !== 'running') {
      this.#end(delivery, this.#cutOff('interrupted', 'claimed while Cloudbell was stopping', sending.begunMono));
      return;
    }
    const { clock, logger } = this.#options;
    void sendOnce({ channel: this.#options.channels.get(channel), delivery, clock, logger }).then((result) => {
      // An attempt that was ended for its channel is not ended again.
      if (this.#sending.get(deliveryId) === sending) this.#end(delivery, result);
    });
  }

  #end(delivery: ClaimedDelivery, measured: AttemptResult): void {
    const { deliveryId, attemptId, channel, judgedAttempts } = delivery;
    this.#sending.delete(deliveryId);
    const endedAt = this.#time.now();
    const staleBefore = this.#staleBefore.delete(deliveryId);
    // Drawing randomness costs 5 % of a delivery, and an accepted one has no use for it.
    const jitter = measured.outcome === 'accepted' ? 0 : this.#options.random.fraction();
    const verdict = judge({ channel, result: measured, judgedAttempts, endedAt, staleBefore }, jitter);
    const { state, nextAttemptAt, result, reason } = verdict;
    if (result.outcome === 'stale_socket') this.#staleBefore.add(deliveryId);
    const turn = this.#health.end(delivery, result.outcome, endedAt);
    this.#tally.add({ delivery, verdict, endedAt: this.#options.clock.wallMs() });
    const fields = { deliveryId, ruleId: delivery.ruleId, outcome: result.outcome, status: result.status };
    if (turn !== null) this.#options.logger.warn(fields, `an endpoint ${turn === 'recovered' ? 'recovered' : 'fails'}`);
    if (state === 'exhausted') this.#options.logger.warn({ ...fields, reason }, 'a delivery is exhausted');
    this.#settler.add({ deliveryId, attemptId, result, state, nextAttemptAt });
    this.#onQuiet();
  }

  /** Sees to a look at `dueAt` (wall clock, ms), or in {@link LOOK_EVERY_MS} if that is sooner. */
  #lookAt(dueAt: number): void {
    if (this.#state !== 'running') return;
    const { clock } = this.#options;
    const delayMs = Math.min(LOOK_EVERY_MS, Math.max(0, dueAt - this.#time.now()));
    const timerMono = clock.monoMs() + delayMs;
    if (timerMono >= this.#timerMono) return;
    this.#cancelTimer();
    this.#timerMono = timerMono;
    this.#cancelTimer = clock.after(delayMs, () => {
      this.#timerMono = Number.POSITIVE_INFINITY;
      this.#askNextDue = true;
      this.#endOverdue();
      this.#look();
    });
  }

  #endOverdue(): void {
    const mono = this.#options.clock.monoMs();
    for (const { delivery, begunMono } of [...this.#sending.values()]) {
      if (mono - begunMono <= DEADLINES_MAX * RETRY_TABLES[delivery.channel].attemptDeadlineMs) continue;
      const { deliveryId, channel } = delivery;
      this.#options.logger.error(
        { deliveryId, channel },
        'a channel overran its deadline; the attempt was ended for it',
      );
      this.#end(delivery, this.#cutOff('timeout', 'the channel did not end the attempt', begunMono));
    }
  }

  #cutOff(outcome: 'interrupted' | 'timeout', error: string, begunMono: number): AttemptResult {
    const { clock } = this.#options;
    const durationMs = Math.round(clock.monoMs() - begunMono);
    const startedAt = clock.wallMs() - durationMs;
    return { outcome, startedAt, durationMs, status: null, error, answer: null, retryAfterMs: null };
  }
}
