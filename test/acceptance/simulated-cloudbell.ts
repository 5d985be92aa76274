import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SilenceMatcher } from '@cloudbell/core/alert/silence.ts';
import type { AttemptOutcome, AttemptResult, ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import { parseRule } from '@cloudbell/core/rule/parse-rule.ts';
import { openStoreRoom } from '@cloudbell/server/app/rooms/store-room.ts';
import type { Clock } from '@cloudbell/server/base/clock.ts';
import { sha256Hex } from '@cloudbell/server/base/digest.ts';
import { type Random, seededRandom } from '@cloudbell/server/base/random.ts';
import { SimulatedClock } from '@cloudbell/server/base/simulated-clock.ts';
import { Courier } from '@cloudbell/server/deliver/courier.ts';
import { Evaluator } from '@cloudbell/server/evaluate/evaluator.ts';
import { createRuleRelay } from '@cloudbell/server/evaluate/rule-relay.ts';
import { createIngest } from '@cloudbell/server/ingest/sample-intake.ts';
import type { Channel } from '@cloudbell/server/ports/channel.ts';
import { openSqliteSampleLog } from '@cloudbell/server/samplelog/sqlite/log.ts';

const ACCOUNT = '1000000000000001';
/** A round instant, so that a timeline's seconds are window borders: 2023-11-14T22:13:20Z. */
export const START_MS = 1_700_000_000_000;
const STORE = {
  rulesPerAccountMax: 100,
  callbackProfile: 'classic',
  fallbackGroup: null,
  masterKey: null,
  signingSecret: null,
  previousSigningSecret: null,
  ledgerRetentionMs: null,
  logLevel: 'silent',
} as const;
const LIMITS = {
  batchSamplesMax: 10_000,
  seriesPerAccountMax: 1000,
  dimensionsMax: 64,
  dimensionValueBytesMax: 1024,
  nameBytesMax: 255,
  errorsMax: 100,
  futureMaxMs: 600_000,
  retentionMs: 86_400_000,
  samplesUnderWayMax: 500_000,
};
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What the receiver saw: seconds into the timeline, and the form. */
export interface Seen {
  readonly at: number;
  readonly id: string;
  readonly attempt: number;
  /** 1 for the first start, one more after each crash. */
  readonly life: number;
  readonly form: Readonly<Record<string, string>>;
}

/**
 * All rooms of Cloudbell in one process on simulated time: real engines on real files, real ingest, fold, commit and
 * courier. Only the wire is missing: the channel hands each body to `answer` and records it, so hours pass in a moment.
 */
export class SimulatedCloudbell {
  readonly clock = new SimulatedClock(START_MS);
  readonly seen: Seen[] = [];
  answer: (delivery: ClaimedDelivery) => AttemptOutcome = () => 'accepted';
  /** How long the receiver takes to answer. */
  latencyMs = 0;
  lives = 0;
  fatal: Error | null = null;
  readonly #random: Random;
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'cloudbell-acceptance-'));
  #running: Running | null = null;

  constructor(seed = 7) {
    this.#random = seededRandom(seed);
  }

  async start(): Promise<void> {
    this.lives += 1;
    this.#running = await this.#turning(this.#assemble());
  }

  async #assemble(): Promise<Running> {
    const clock = new MortalClock(this.clock);
    const random = this.#random;
    const store = await openStoreRoom({ ...STORE, dataDir: this.#dataDir }, { clock, random });
    const send = ([delivery]: readonly ClaimedDelivery[]): Promise<AttemptResult> =>
      this.#receive(delivery as ClaimedDelivery, clock);
    const channel: Channel = { name: 'callback', send, close: async () => undefined };
    const channels = new Map([[channel.name, channel]]);
    const courier = new Courier({ outbox: store.outbox, channels, clock, random, logger: SILENT });
    const log = openSqliteSampleLog({ path: join(this.#dataDir, 'log.db') });
    const evaluator = new Evaluator({
      log,
      clock,
      commits: store.commits,
      digest: sha256Hex,
      logger: SILENT,
      onDeliveries: () => void courier.wake(),
      onFatal: (error) => {
        this.fatal = error;
      },
    });
    await evaluator.start();
    const relay = createRuleRelay({ rules: store.rules, writer: evaluator, logger: SILENT, clock });
    await relay.start();
    await courier.start();
    const ingest = createIngest({ writer: evaluator, clock, partitions: 1, limits: LIMITS });
    return { clock, store, log, evaluator, courier, relay, ingest };
  }

  /** The receiver sees the request at once and answers after `latencyMs`; a crash in between is an attempt in flight. */
  async #receive(delivery: ClaimedDelivery, clock: Clock): Promise<AttemptResult> {
    const startedAt = clock.wallMs();
    const form = Object.fromEntries(new URLSearchParams(Buffer.from(delivery.body).toString('utf8')));
    const at = (startedAt - START_MS) / 1000;
    this.seen.push({ at, id: delivery.deliveryId, attempt: delivery.judgedAttempts + 1, life: this.lives, form });
    const outcome = this.answer(delivery);
    if (this.latencyMs > 0) await new Promise<void>((resolve) => clock.after(this.latencyMs, resolve));
    const status = outcome === 'accepted' ? 200 : outcome === 'status' ? 500 : null;
    const error = outcome === 'accepted' ? null : outcome;
    return { outcome, startedAt, durationMs: this.latencyMs, status, error, answer: null, retryAfterMs: null };
  }

  /** Writes a rule as PUT /api/v1/rules/{ruleId} does, and waits until it is in the log. */
  async putRule(ruleId: string, input: object): Promise<void> {
    const parsed = parseRule(ACCOUNT, ruleId, input, { checkWebhook: () => null });
    if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
    const { store, relay } = this.#rooms();
    const written = await this.#turning(store.rules.put(parsed.rule, null, this.clock.wallMs()));
    if ('change' in written && written.change !== null) await this.#turning(relay.flush(written.change));
  }

  /** As POST /api/v1/silences and DELETE do; `until` in ms of wall clock. */
  async silence(silenceId: string, by: SilenceMatcher, until: number): Promise<void> {
    const { store, relay } = this.#rooms();
    const now = this.clock.wallMs();
    const input = { account: ACCOUNT, silenceId, by, from: now, until, who: 'admin', why: 'maintenance' };
    const written = await this.#turning(store.silences.create(input, now));
    if ('change' in written) await this.#turning(relay.flush(written.change));
  }

  async endSilence(silenceId: string): Promise<void> {
    const { store, relay } = this.#rooms();
    const now = this.clock.wallMs();
    const change = { account: ACCOUNT, silenceId, until: now, why: null, by: 'admin' };
    const written = await this.#turning(store.silences.change(change, now));
    if ('change' in written) await this.#turning(relay.flush(written.change));
  }

  /** Every alert that is live, as somebody who sees the list would; true acknowledges, false takes it back. */
  async acknowledgeAll(acknowledged: boolean): Promise<void> {
    const { store, relay } = this.#rooms();
    for (const { alertId } of await this.#turning(store.commits.liveAlerts())) {
      const act = { account: ACCOUNT, alertId, by: 'admin', note: '' };
      const { acknowledgements } = store;
      const write = acknowledged
        ? acknowledgements.acknowledge(act, this.clock.wallMs())
        : acknowledgements.withdraw(act, this.clock.wallMs());
      const written = await this.#turning(write);
      if ('change' in written) await this.#turning(relay.flush(written.change));
    }
  }

  async push(
    metricName: string,
    dimensions: Record<string, string>,
    value: number,
    timestamp = this.clock.wallMs(),
  ): Promise<void> {
    const sample = { namespace: 'acs_ecs', metricName, dimensions, timestamp, value };
    const { errors } = await this.#turning(this.#rooms().ingest.samples(ACCOUNT, [sample]));
    if (errors[0] !== undefined) throw new Error(errors[0].message);
  }

  /** Ends this life as a kill does: timers never fire again, nothing is drained, answers under way never come. */
  async crash(): Promise<void> {
    const { clock, log, store } = this.#rooms();
    this.#running = null;
    clock.kill();
    await this.#turning(log.close());
    await this.#turning(store.close());
  }

  async stop(): Promise<void> {
    const { store, log, evaluator, courier, relay } = this.#rooms();
    await this.#turning(relay.stop());
    await this.#turning(evaluator.stop());
    await this.#turning(log.close());
    await this.#turning(courier.stop());
    await this.#turning(store.close());
    this.#running = null;
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  #rooms(): Running {
    if (this.#running === null) throw new Error('not started');
    return this.#running;
  }

  /** Waits for a promise while simulated time stands still. */
  async #turning<T>(promise: Promise<T>): Promise<T> {
    let done = false;
    const settled = promise.finally(() => {
      done = true;
    });
    settled.catch(() => undefined);
    while (!done) await this.clock.advance(0);
    return settled;
  }
}

interface Running {
  readonly clock: MortalClock;
  readonly store: Awaited<ReturnType<typeof openStoreRoom>>;
  readonly log: ReturnType<typeof openSqliteSampleLog>;
  readonly evaluator: Evaluator;
  readonly courier: Courier;
  readonly relay: ReturnType<typeof createRuleRelay>;
  readonly ingest: ReturnType<typeof createIngest>;
}

/** The clock of one life: after its end no timer of it fires any more. */
class MortalClock implements Clock {
  readonly #clock: Clock;
  #isDead = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wallMs(): number {
    return this.#clock.wallMs();
  }

  monoMs(): number {
    return this.#clock.monoMs();
  }

  after(delayMs: number, callback: () => void): () => void {
    return this.#clock.after(delayMs, () => {
      if (!this.#isDead) callback();
    });
  }

  kill(): void {
    this.#isDead = true;
  }
}
