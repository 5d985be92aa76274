import { applyEntry, createFold } from '@cloudbell/core/alert/fold.ts';
import type { LogEntry, RuleRecord } from '@cloudbell/core/alert/log-record.ts';
import type { SeriesDefinition } from '@cloudbell/core/metric/series.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256Hex } from '../base/digest.ts';
import type { PositionedEffect } from '../ports/commit-store.ts';
import { createMemorySampleLog } from '../samplelog/memory/log.ts';
import type { Evaluator } from './evaluator.ts';
import { createDeployment, type Deployment, ruleRecord, samplesOf, seriesOf } from './simulated-deployment.ts';

/**
 * Goal: whatever crashes, and wherever, the store ends up with exactly what one uninterrupted fold of the log decides:
 * each effect once, none missing, in order; and what was acknowledged is in the log, what was refused is not.
 * Method: random lives. A crash strikes before or after the k-th write to log or store from now: the write happens or
 * not, nobody hears back, and the evaluator is dropped where it stands. A new one starts on the same log and store.
 */

type Step =
  | { readonly kind: 'samples'; readonly rows: readonly { series: number; ageMs: number; high: boolean }[] }
  | { readonly kind: 'rule'; readonly times: number; readonly enabled: boolean; readonly silenceTime: number | null }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'crash'; readonly fate: Fate; readonly next: Fate | null }
  | { readonly kind: 'faults'; readonly log: boolean; readonly store: boolean }
  | { readonly kind: 'clock'; readonly move: readonly [ms: number, clocks: 'both' | 'wall'] };

const fate = fc.record({
  writes: fc.integer({ min: 1, max: 6 }),
  moment: fc.constantFrom('before' as const, 'after' as const),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('samples' as const),
      rows: fc.array(fc.record({ series: fc.nat(2), ageMs: fc.nat(1_800), high: fc.boolean() }), {
        minLength: 1,
        maxLength: 6,
      }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(2_500) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      fate,
      next: fc.option(fate),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('rule' as const),
      times: fc.integer({ min: 1, max: 2 }),
      enabled: fc.boolean(),
      silenceTime: fc.constantFrom(null, 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('faults' as const), log: fc.boolean(), store: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('clock' as const),
      move: fc.constantFrom<[number, 'both' | 'wall']>(
        [1_000, 'wall'],
        [-1_000, 'wall'],
        [40_000, 'both'],
        [3_600_000, 'wall'],
        [-3_600_000, 'wall'],
      ),
    }),
  },
);

/** Which write to log or store is the last, counted from now, and whether it still happens. */
interface Fate {
  readonly writes: number;
  readonly moment: 'before' | 'after';
}
interface Life {
  alive: boolean;
  writes: number;
  moment: 'before' | 'after';
}
const IMMORTAL: Fate = { writes: Number.POSITIVE_INFINITY, moment: 'before' };

/** Lives one after the other on one log and one store. */
class Lives {
  readonly deployment: Deployment = createDeployment(createMemorySampleLog());
  readonly acknowledged = new Set<number>();
  readonly refused = new Set<number>();
  #evaluator: Evaluator | null = null;
  #life: Life = { alive: false, writes: Number.POSITIVE_INFINITY, moment: 'before' };
  /** For the next life, from its first moment on. */
  #fate: Fate | null = null;
  readonly #known = new Map<number, number>();
  #values = 0;
  #version = 0;
  #changes: RuleRecord[] = [];

  arm(fate: Fate, next: Fate | null): void {
    Object.assign(this.#life, fate);
    this.#fate = next;
  }

  /** Starts a new life if the last one has ended, until one gets past its start. */
  async ensureAlive(): Promise<Evaluator> {
    while (!this.#life.alive || this.#evaluator === null) {
      const life: Life = { alive: true, ...(this.#fate ?? IMMORTAL) };
      this.#fate = null;
      this.#life = life;
      this.#evaluator = null;
      const { log, commits } = this.deployment;
      const started = this.deployment.start({
        log: this.#mortal(log, ['append', 'saveCheckpoint', 'trim', 'skipTo'], life),
        commits: this.#mortal(commits, ['commit'], life),
        limits: { checkpointEntries: 7, commitEffectsMax: 3, uncommittedEffectsMax: 20 },
      });
      void started.then((evaluator) => {
        this.#evaluator = evaluator;
      });
      await this.deployment.clock.advance(0);
      await this.deployment.clock.advance(0);
      this.#known.clear();
      for (const { id, dimensions } of await log.series(0, 0, 100)) {
        this.#known.set(Number(dimensions.number), id);
      }
    }
    return this.#evaluator;
  }

  async samples(rows: Extract<Step, { kind: 'samples' }>['rows']): Promise<void> {
    const evaluator = await this.ensureAlive();
    const series: SeriesDefinition[] = [];
    const samples: [number, number, number][] = [];
    const values: number[] = [];
    for (const { series: number, ageMs, high } of rows) {
      let id = this.#known.get(number);
      if (id === undefined) {
        id = this.#known.size;
        this.#known.set(number, id);
        series.push(seriesOf(id, { number: String(number) }));
      }
      const value = (high ? 97 : 12) + ++this.#values / 1e6;
      values.push(value);
      samples.push([id, this.deployment.clock.wallMs() - ageMs, value]);
    }
    // Not waited for: a life may end before it answers.
    void evaluator.appendSamples(0, { series, samples: samplesOf(...samples) }).then(
      () => {
        for (const value of values) this.acknowledged.add(value);
      },
      () => {
        for (const value of values) this.refused.add(value);
        for (const { id, dimensions } of series)
          if (this.#known.get(Number(dimensions.number)) === id) this.#known.clear();
      },
    );
    await this.deployment.clock.advance(0);
    if (this.#known.size === 0) {
      for (const { id, dimensions } of await this.deployment.log.series(0, 0, 100))
        this.#known.set(Number(dimensions.number), id);
    }
  }

  async change(of: Extract<Step, { kind: 'rule' }>): Promise<void> {
    const { rule } = ruleRecord();
    const escalation = { ...rule!.escalations.warn!, times: of.times };
    this.#changes.push(
      ruleRecord({
        version: ++this.#version,
        enabled: of.enabled,
        silenceTime: of.silenceTime,
        escalations: { warn: escalation },
        noDataPolicy: 'INSUFFICIENT_DATA',
        noDataPeriods: 2,
      }),
    );
    await this.relay();
  }

  /** As the rule relay does: again from the first that is not known to be in the log. */
  async relay(): Promise<void> {
    const evaluator = await this.ensureAlive();
    const changes = this.#changes;
    if (changes.length === 0) return;
    void evaluator.appendRecords(changes).then(
      () => {
        this.#changes = this.#changes.slice(changes.length);
      },
      () => undefined,
    );
    await this.deployment.clock.advance(0);
  }

  async end(): Promise<void> {
    this.deployment.log.refusing = false;
    this.deployment.commits.failing = false;
    this.arm(IMMORTAL, null);
    await this.relay();
    await this.deployment.clock.advance(20_000);
    const evaluator = await this.ensureAlive();
    await this.deployment.clock.advance(20_000);
    await evaluator.stop();
  }

  #mortal<T extends object>(target: T, writes: readonly (keyof T)[], life: Life): T {
    const wrap =
      (name: keyof T) =>
      async (...args: unknown[]) => {
        const call = (): unknown => (target[name] as (...args: unknown[]) => unknown)(...args);
        const never = new Promise<never>(() => undefined);
        if (!life.alive) return never;
        if (!writes.includes(name) || --life.writes > 0) return call();
        if (life.moment === 'after') await Promise.resolve(call()).catch(() => undefined);
        life.alive = false;
        return never;
      };
    const mortal = { ...target };
    for (const name of Object.keys(target) as (keyof T)[]) {
      if (typeof target[name] === 'function') mortal[name] = wrap(name) as T[keyof T];
    }
    return mortal;
  }
}

function foldAtOnce(entries: readonly LogEntry[]): PositionedEffect[] {
  const state = createFold({ partition: 0, digest: sha256Hex });
  return entries.flatMap((entry) => applyEntry(state, entry).map((effect) => ({ position: entry.position, effect })));
}

async function live(steps: readonly Step[]): Promise<Lives> {
  const lives = new Lives();
  const { clock, log, commits } = lives.deployment;
  await lives.change({ kind: 'rule', times: 1, enabled: true, silenceTime: 1 });
  for (const each of steps) {
    await lives.ensureAlive();
    if (each.kind === 'samples') await lives.samples(each.rows);
    else if (each.kind === 'rule') await lives.change(each);
    else if (each.kind === 'pass') await clock.advance(each.ms);
    else if (each.kind === 'crash') lives.arm(each.fate, each.next);
    else if (each.kind === 'clock') clock.freeze(...each.move);
    else {
      log.refusing = each.log;
      commits.failing = each.store;
    }
  }
  await lives.end();
  return lives;
}

test('crashes at random points: effects exactly once, as one uninterrupted fold of the log decides them', {
  timeout: 600_000,
}, async () => {
  const seen = { effects: 0, lives: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const { deployment, acknowledged, refused } = await live(steps);
      const { log, commits } = deployment;
      expect(commits.effects).toEqual(foldAtOnce(log.entries));
      const inLog = new Set(
        log.entries.flatMap(({ records }) =>
          records.flatMap((record) => (record.kind === 'samples' ? [...record.values] : [])),
        ),
      );
      expect(
        [...acknowledged].filter((value) => !inLog.has(value)),
        'acknowledged and lost',
      ).toEqual([]);
      expect(
        [...refused].filter((value) => inLog.has(value)),
        'refused and kept',
      ).toEqual([]);
      const checkpoint = (await log.loadCheckpoint(0))?.position ?? 0n;
      expect(await log.read(0, checkpoint, 1), 'a clean stop leaves nothing to replay').toEqual([]);
      expect(deployment.fatal).toEqual([]);
      seen.effects += commits.effects.length;
      seen.lives += steps.filter(({ kind }) => kind === 'crash').length;
    }),
    { numRuns: 150, seed: 20_260_801 },
  );
  // The property is empty if nothing ever happens in it.
  expect(seen.effects).toBeGreaterThan(500);
  expect(seen.lives).toBeGreaterThan(100);
});
