import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AttemptOutcome, AttemptResult, ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import { parseRule } from '@cloudbell/core/rule/parse-rule.ts';
import { openLogRoom } from '@cloudbell/server/app/rooms/log-room.ts';
import { openStoreRoom } from '@cloudbell/server/app/rooms/store-room.ts';
import { seededRandom } from '@cloudbell/server/base/random.ts';
import { SimulatedClock } from '@cloudbell/server/base/simulated-clock.ts';
import { Courier } from '@cloudbell/server/deliver/courier.ts';
import { createRuleRelay } from '@cloudbell/server/evaluate/rule-relay.ts';
import { createIngest } from '@cloudbell/server/ingest/sample-intake.ts';
import type { Channel } from '@cloudbell/server/ports/channel.ts';

const ACCOUNT = '1000000000000001';
/** A round instant, so that a timeline's seconds are window borders: 2023-11-14T22:13:20Z. */
export const START_MS = 1_700_000_000_000;
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What the receiver saw: seconds into the timeline, and the form. */
export interface Seen {
  readonly at: number;
  readonly id: string;
  readonly attempt: number;
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
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'cloudbell-acceptance-'));
  #running: Running | null = null;

  async start(): Promise<void> {
    const started = this.#assemble();
    let done = false;
    void started.finally(() => {
      done = true;
    });
    while (!done) await this.clock.advance(0);
    this.#running = await started;
  }

  async #assemble(): Promise<Running> {
    const { clock } = this;
    const random = seededRandom(7);
    const dataDir = this.#dataDir;
    const store = await openStoreRoom(
      {
        dataDir,
        rulesPerAccountMax: 100,
        callbackProfile: 'classic',
        signingSecret: null,
        previousSigningSecret: null,
      },
      { clock, random },
    );
    const channel: Channel = {
      name: 'callback',
      send: async (delivery) => this.#receive(delivery),
      close: async () => undefined,
    };
    const courier = new Courier({
      outbox: store.outbox,
      channels: new Map([['callback', channel]]),
      clock,
      random,
      logger: SILENT,
    });
    const log = await openLogRoom(
      { dataDir, partitions: 1, logLevel: 'silent' },
      {
        clock,
        commits: store.commits,
        onDeliveries: () => void courier.wake(),
        onFatal: (error) => {
          throw error;
        },
      },
    );
    const relay = createRuleRelay({ rules: store.rules, writer: log.writer, logger: SILENT, clock });
    await relay.start();
    await courier.start();
    const ingest = createIngest({
      writer: log.writer,
      clock,
      partitions: 1,
      limits: {
        batchSamplesMax: 10_000,
        seriesPerAccountMax: 1000,
        dimensionsMax: 64,
        dimensionValueBytesMax: 1024,
        nameBytesMax: 255,
        errorsMax: 100,
        futureMaxMs: 600_000,
        retentionMs: 86_400_000,
      },
    });
    return { store, log, courier, relay, ingest };
  }

  #receive(delivery: ClaimedDelivery): AttemptResult {
    const outcome = this.answer(delivery);
    const form = Object.fromEntries(new URLSearchParams(Buffer.from(delivery.body).toString('utf8')));
    const at = (this.clock.wallMs() - START_MS) / 1000;
    this.seen.push({ at, id: delivery.deliveryId, attempt: delivery.judgedAttempts + 1, form });
    const status = outcome === 'accepted' ? 200 : outcome === 'status' ? 500 : null;
    return {
      outcome,
      startedAt: this.clock.wallMs(),
      durationMs: 1,
      status,
      error: outcome === 'accepted' ? null : outcome,
      answer: null,
      retryAfterMs: null,
    };
  }

  /** Writes a rule as PUT /api/v1/rules/{ruleId} does, and waits until it is in the log. */
  async putRule(ruleId: string, input: object): Promise<void> {
    const parsed = parseRule(ACCOUNT, ruleId, input, { checkWebhook: () => null });
    if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
    const { store, relay } = this.#rooms();
    const written = await this.#turning(store.rules.put(parsed.rule, null, this.clock.wallMs()));
    if ('change' in written) await this.#turning(relay.flush(written.change));
  }

  async push(
    metricName: string,
    dimensions: Record<string, string>,
    value: number,
    timestamp = this.clock.wallMs(),
  ): Promise<void> {
    await this.#turning(
      this.#rooms().ingest.samples(ACCOUNT, [{ namespace: 'acs_ecs', metricName, dimensions, timestamp, value }]),
    );
  }

  async stop(): Promise<void> {
    const { store, log, courier, relay } = this.#rooms();
    await this.#turning(relay.stop());
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
  readonly store: Awaited<ReturnType<typeof openStoreRoom>>;
  readonly log: Awaited<ReturnType<typeof openLogRoom>>;
  readonly courier: Courier;
  readonly relay: ReturnType<typeof createRuleRelay>;
  readonly ingest: ReturnType<typeof createIngest>;
}
