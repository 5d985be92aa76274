import { SLOWING } from '@cloudbell/core/notify/cap.ts';
import type { AttemptResult, ChannelName, ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import {
  judge,
  LONGEST_PATIENT_WAIT_MS,
  longestWaitMs,
  RETRY_TABLES,
  throttledMs,
  type Verdict,
} from '@cloudbell/core/notify/retry.ts';
import { Backoff } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { asError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { Channel } from '../ports/channel.ts';
import type { CourierPort, CourierStatus } from '../ports/courier.ts';
import type { Outbox } from '../ports/outbox.ts';
import { type Attempt, cutOff, logEnd, sendOnce, unsent } from './attempt.ts';
import { ClaimPlanner } from './claim-planner.ts';
import { EndpointBudgets } from './endpoint-budgets.ts';
import { EndpointHealth, type LastSeen } from './endpoint-health.ts';
import { HeldDeliveries } from './held-deliveries.ts';
import { Quiet } from './quiet.ts';
import { SettingsBook } from './settings-book.ts';
import { Settler } from './settler.ts';
import { SteadyTime } from './steady-time.ts';
import { Tally } from './tally.ts';

/**
 * The courier: claims what is due, sends it, settles what came of it. Only it loops; channels send once.
 *
 * One delivery goes   outbox ──claim──▶ sending ──result──▶ unsettled ──settle──▶ outbox
 * and is held here from claim to settle. The outbox hands out one delivery of a lane at a time and none that is held,
 * so order within a lane, and that nothing is sent twice, follow from settling before the next claim of that lane.
 * What is claimed ahead waits here for a slot of its endpoint (core notify/fairness.ts); what is not sent in the end, because
 * the endpoint slowed down or Cloudbell stops, is given back. Deliveries that are still to be made are waited for as well,
 * and come claimed.
 *
 * Where a channel can merge, an endpoint has a budget of messages. While it has plenty, each delivery is an attempt of its
 * own; when it is short, what falls due waits in the outbox and is claimed together, as one attempt of all. Waiting is
 * no attempt (core notify/budget.ts).
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
  readonly logger: Logger;
  /** What single endpoints want otherwise; absent: nothing. */
  readonly settings?: SettingsBook;
  readonly lastSeen?: readonly LastSeen[];
  /** Attempts under way, and results waiting to be put on record, over all endpoints. Default 256. */
  readonly inFlightMax?: number;
  /** Fraction of those that endpoints in trouble, and the busy ones, leave to others' first attempts. Default 0.25. */
  readonly firstAttemptShare?: number;
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

export class Courier implements Omit<CourierPort, 'testSend' | 'beat' | 'status'> {
  readonly #options: CourierOptions;
  readonly #inFlightMax: number;
  readonly #planner: ClaimPlanner;
  readonly #time: SteadyTime;
  readonly #settings: SettingsBook;
  readonly #health = new EndpointHealth();
  readonly #budgets = new EndpointBudgets();
  readonly #tally = new Tally();
  readonly #settler: Settler;
  readonly #quiet: Quiet;
  readonly #claimBackoff: Backoff;
  readonly #attempts = new Set<Attempt>();
  readonly #held: HeldDeliveries;
  /** Deliveries whose last attempt was lost to a stale socket: the next one is judged. */
  readonly #staleBefore = new Set<string>();
  #state: 'idle' | 'running' | 'stopping' | 'stopped' = 'idle';
  /** As of the last look. */
  #fairShare = Number.POSITIVE_INFINITY;
  #looking = false;
  #lookAgain = false;
  /** Wall clock, ms, of the last look: whatever was due by then has been asked for. */
  #lookedAt = 0;
  /** The time of the next delivery has to be asked for: at start, and after the timer for the one before. */
  #askNextDue = true;
  #cancelTimer: () => void = () => undefined;
  #timerMono = Number.POSITIVE_INFINITY;
  #stopped: Promise<void> | null = null;

  constructor(options: CourierOptions) {
    const { clock, outbox, logger } = options;
    this.#options = options;
    const { inFlightMax = 256, firstAttemptShare = 0.25 } = options;
    this.#inFlightMax = inFlightMax;
    this.#planner = new ClaimPlanner(this.#health, this.#budgets, { inFlightMax, firstAttemptShare });
    this.#held = new HeldDeliveries(this.#health, logger);
    this.#time = new SteadyTime(clock);
    this.#settings = options.settings ?? new SettingsBook(async () => []);
    this.#quiet = new Quiet(clock);
    this.#claimBackoff = new Backoff(clock);
    this.#settler = new Settler({
      outbox,
      clock,
      logger,
      onHandedOver: () => this.#look(),
      onSettled: (failedBefore) => {
        if (failedBefore) this.#look();
        this.#quiet.changed();
      },
    });
  }

  /** Takes up what a crash left behind, then runs. Rejects when the outbox cannot be read. Answers how many were cut off. */
  async start(): Promise<number> {
    if (this.#state !== 'idle') throw new Error(`a courier starts once, this one is ${this.#state}`);
    await this.settingsChanged();
    const channels = Object.fromEntries([...this.#options.channels.keys()].map((name) => [name, longestWaitMs(name)]));
    const endpoints = Object.fromEntries(this.#settings.patient().map((one) => [one, LONGEST_PATIENT_WAIT_MS]));
    const interrupted = await this.#options.outbox.recover(this.#time.now(), { channels, endpoints });
    for (const endpoint of this.#options.lastSeen ?? []) this.#health.recall(endpoint);
    for (const endpoint of await this.#options.outbox.failing(this.#time.now())) this.#health.remember(endpoint);
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

  async settingsChanged(): Promise<void> {
    await this.#settings.refresh();
    this.#budgets.setRates(this.#settings.rates());
    this.#giveBackWaiting();
    this.#look();
  }

  /** A message went to an endpoint beside the outbox: it is one of those that the endpoint may be sent. */
  countMessage(to: { readonly endpoint: string; readonly channel: ChannelName }): void {
    this.#budgets.spend(to, 1, this.#options.clock.monoMs());
  }

  async status(): Promise<Omit<CourierStatus, 'interruptedBefore' | 'eventLoopDelayMs'>> {
    const mono = this.#options.clock.monoMs();
    return {
      inFlight: this.#attempts.size,
      unsettled: this.#settler.size,
      outboxFailures: this.#settler.failures + this.#claimBackoff.failures,
      ...this.#tally.snapshot(),
      endpoints: this.#health.snapshot(this.#time.now()).map((endpoint) => {
        const until = this.#budgets.waitsUntil(endpoint.endpoint, mono);
        return { ...endpoint, waitingUntil: until === null ? null : Math.ceil(this.#time.now() + until - mono) };
      }),
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
    this.#waitForBorn();
    this.#giveBackWaiting();
    this.#cancelTimer();
    this.#claimBackoff.close();
    const channels = [...this.#options.channels.keys()];
    const longestMs = Math.max(0, ...channels.map((name) => RETRY_TABLES[name].attemptDeadlineMs));
    await this.#quiet.until(() => this.#attempts.size === 0 && !this.#looking, longestMs + STOP_SLACK_MS);
    for (const attempt of [...this.#attempts]) this.#cutOff(attempt, 'interrupted', 'cut off by a stop of Cloudbell');
    await this.#quiet.until(() => this.#settler.size === 0, longestMs + STOP_SLACK_MS);
    this.#state = 'stopped';
    this.#settler.close();
    if (this.#settler.size > 0) {
      this.#options.logger.error({ results: this.#settler.size }, 'stopped with results that could not be recorded');
    }
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
      this.#waitForBorn();
      if (this.#askNextDue) {
        this.#askNextDue = false;
        this.#lookAt((await this.#options.outbox.nextDueAt(this.#lookedAt)) ?? Number.POSITIVE_INFINITY);
      }
      const mono = this.#options.clock.monoMs();
      this.#lookAt(this.#time.now() + this.#budgets.nextAt(mono) - mono);
      this.#claimBackoff.succeeded();
    } catch (thrown) {
      this.#askNextDue = true;
      const retryMs = this.#claimBackoff.failed(() => this.#look());
      this.#options.logger.error({ err: asError(thrown), retryMs }, 'the outbox could not be asked for deliveries');
    } finally {
      this.#looking = false;
    }
    if (this.#lookAgain) this.#look();
    this.#quiet.changed();
  }

  async #claimAndSend(): Promise<void> {
    const { outbox, clock } = this.#options;
    this.#lookedAt = this.#time.now();
    this.#fairShare = this.#planner.fairShare();
    this.#beginWaiting();
    const requests = this.#planner.claims({ now: this.#lookedAt, mono: clock.monoMs(), free: this.#free() });
    const ahead = this.#planner.ahead(this.#lookedAt);
    const claims = [...requests, ...(ahead === null ? [] : [ahead])].map((request) => outbox.claim(request));
    const answers = await Promise.allSettled(claims);
    for (const [index, answer] of answers.entries()) {
      if (answer.status === 'rejected') continue;
      this.#take(answer.value);
      const request = requests[index];
      if (request === undefined) continue;
      this.#lookAgain ||= this.#planner.mayLeaveSome(request, answer.value, clock.monoMs());
    }
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
    await this.#claimTogether();
  }

  /** Leaves room for what is committed next, in place of the room left before; none, once it is stopping. */
  #waitForBorn(): void {
    const free = this.#state === 'running' ? this.#free() : 0;
    const takeBorn = (claimed: readonly ClaimedDelivery[]): void => {
      this.#take(claimed);
      if (claimed.length > 0) this.#look();
    };
    void this.#options.outbox.claimBorn(this.#planner.born({ free })).then(
      takeBorn,
      // What is not born claimed is found by a look; what is wrong is said there.
      () => undefined,
    );
  }

  /** Begins what was claimed, or keeps it for when there is a slot. */
  #take(claimed: readonly ClaimedDelivery[]): void {
    for (const delivery of this.#held.hold(claimed)) this.#held.wait(delivery);
    if (this.#state === 'running') this.#beginWaiting();
    else this.#giveBackWaiting();
  }

  #beginWaiting(): void {
    while (this.#free() > 0) {
      const next = this.#held.next(this.#fairShare);
      if (next === null) return;
      this.#begin([next]);
    }
  }

  /** Of one endpoint, or all of it. */
  #giveBackWaiting(endpoint?: string): void {
    const now = this.#time.now();
    this.#settler.add(this.#held.releaseWaiting(endpoint).map((delivery) => unsent(delivery, now)));
  }

  /** One attempt for each endpoint whose deliveries have waited for its budget. */
  async #claimTogether(): Promise<void> {
    const { outbox, channels, clock } = this.#options;
    for (const at of this.#budgets.dueTogether(clock.monoMs())) {
      if (this.#free() <= 0 || this.#state !== 'running') return;
      if (this.#health.roomOf(at.endpoint) <= 0) continue;
      const limit = channels.get(at.channel)?.merge?.max ?? 1;
      const claimed = await outbox.claimTogether({ now: this.#lookedAt, endpoint: at.endpoint, limit });
      if (claimed.length > 0) this.#begin(this.#held.hold(claimed));
      else this.#budgets.spend(at, 0, clock.monoMs());
    }
  }

  #free(): number {
    return this.#inFlightMax - this.#attempts.size - this.#settler.backlog;
  }

  /** One attempt of all of them. */
  #begin(deliveries: readonly ClaimedDelivery[]): void {
    const { clock, logger, channels } = this.#options;
    const [head] = deliveries;
    if (head === undefined) return;
    const attempt: Attempt = { deliveries, head, begunMono: clock.monoMs() };
    this.#attempts.add(attempt);
    this.#health.begin(head);
    this.#budgets.spend(head, deliveries.length, attempt.begunMono);
    if (this.#state !== 'running') {
      this.#cutOff(attempt, 'interrupted', 'claimed while Cloudbell was stopping');
      return;
    }
    void sendOnce({ channel: channels.get(head.channel), attempt, clock, logger }).then((result) => {
      // An attempt that was ended for its channel is not ended again.
      if (this.#attempts.has(attempt)) this.#end(attempt, result);
    });
  }

  #end(attempt: Attempt, measured: AttemptResult): void {
    const { deliveries, head } = attempt;
    this.#attempts.delete(attempt);
    const endedAt = this.#time.now();
    // Drawing randomness costs 5 % of a delivery, and an accepted one has no use for it. One draw for all of an attempt
    // keeps them together.
    const jitter = measured.outcome === 'accepted' ? 0 : this.#options.random.fraction();
    const verdicts = deliveries.map((delivery) => this.#judge(delivery, { result: measured, endedAt, jitter }));
    const [{ result } = { result: measured }] = verdicts;
    const turn = this.#health.end(head, result, endedAt);
    const mono = this.#options.clock.monoMs();
    if (result.outcome === 'throttled') this.#budgets.block(head, mono + throttledMs(result), mono);
    this.#tally.add({ deliveries, verdicts, outcome: result.outcome, endedAt: this.#options.clock.wallMs() });
    logEnd(this.#options.logger, { head, result, turn, verdicts });
    this.#settler.add(
      deliveries.map(({ deliveryId }, index) => {
        const { state, nextAttemptAt, result } = verdicts[index] as Verdict;
        const settlement = { deliveryId, attemptId: head.attemptId, result, state, nextAttemptAt };
        // The endpoint is that of all: it turns once.
        return index === 0 ? { ...settlement, turn } : settlement;
      }),
    );
    if (SLOWING.has(result.outcome)) this.#giveBackWaiting(head.endpoint);
    this.#beginWaiting();
    this.#quiet.changed();
  }

  #judge(
    { deliveryId, channel, endpoint, judgedAttempts, createdAt }: ClaimedDelivery,
    ended: { readonly result: AttemptResult; readonly endedAt: number; readonly jitter: number },
  ): Verdict {
    this.#held.release(deliveryId);
    const staleBefore = this.#staleBefore.delete(deliveryId);
    const { result, endedAt, jitter } = ended;
    const retryForMs = this.#settings.retryForMs(endpoint);
    const verdict = judge({ channel, result, judgedAttempts, createdAt, endedAt, staleBefore, retryForMs }, jitter);
    if (verdict.result.outcome === 'stale_socket') this.#staleBefore.add(deliveryId);
    return verdict;
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
    for (const attempt of [...this.#attempts]) {
      const { channel, deliveryId } = attempt.head;
      if (mono - attempt.begunMono <= DEADLINES_MAX * RETRY_TABLES[channel].attemptDeadlineMs) continue;
      this.#options.logger.error(
        { deliveryId, channel },
        'a channel overran its deadline; the attempt was ended for it',
      );
      this.#cutOff(attempt, 'timeout', 'the channel did not end the attempt');
    }
  }

  #cutOff(attempt: Attempt, outcome: 'interrupted' | 'timeout', error: string): void {
    this.#end(attempt, cutOff(outcome, error, { clock: this.#options.clock, begunMono: attempt.begunMono }));
  }
}
