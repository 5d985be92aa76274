/**
 * Goal: invariants 3, 4 and 5 of design.md §3 hold whatever happens. Method: fast-check makes receivers that fail in
 * every way, kills the courier at random moments (also while the outbox refuses to write), and steps the wall clock;
 * then everything is given time to come to rest, and what the receivers saw is compared with what must hold.
 */

import { CAP_MAX } from '@cloudbell/core/notify/cap.ts';
import { ATTEMPT_OUTCOMES, type AttemptOutcome, type ChannelName, UNJUDGED } from '@cloudbell/core/notify/delivery.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CloudbellError } from '../base/errors.ts';
import { seededRandom } from '../base/random.ts';
import { MemoryOutbox } from '../store/memory/outbox.ts';
import { type Answer, type Seen, SimulatedDelivery } from './simulated-delivery.ts';

const LANES = ['x@a', 'y@a', 'z@a', 'x@b', 'y@c', 'x@dingtalk-a', 'y@dingtalk-a', 'z@dingtalk-a'] as const;
const FAULTY = ['claim', 'claimTogether', 'settle', 'nextDueAt'] as const;

/** The first is the courier's own; the second only mailboxes end with. */
const NOT_ASKED = new Set<AttemptOutcome>(['interrupted', 'not_configured']);
/** Only robots, so far, end with these. */
const OF_ROBOTS = new Set<AttemptOutcome>(['rejected', 'throttled']);

const outcome: fc.Arbitrary<AttemptOutcome> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<AttemptOutcome>('accepted') },
  { weight: 4, arbitrary: fc.constantFrom(...ATTEMPT_OUTCOMES.filter((each) => !NOT_ASKED.has(each))) },
);
const answer: fc.Arbitrary<Answer> = fc.record({
  outcome,
  afterMs: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 5000 })),
  retryAfterMs: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 100_000 }) },
  ),
});

type Step =
  | { readonly do: 'commit'; readonly lanes: readonly (typeof LANES)[number][] }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'kill'; readonly downMs: number }
  | { readonly do: 'stop' }
  | { readonly do: 'fault'; readonly method: (typeof FAULTY)[number]; readonly on: boolean }
  | { readonly do: 'clock'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      lanes: fc.array(fc.constantFrom(...LANES), { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 20_000 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('kill' as const), downMs: fc.integer({ min: 0, max: 40_000 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'stop' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('fault' as const), method: fc.constantFrom(...FAULTY), on: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clock' as const), ms: fc.integer({ min: -5000, max: 5000 }) }) },
);

test('every delivery ends, in order, without overlap, with at most 4 judged attempts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 25 }),
      fc.array(answer, { minLength: 1, maxLength: 30 }),
      fc.integer(),
      async (steps, answers, seed) => {
        let asked = 0;
        let isCalm = false;
        const random = seededRandom(seed);
        const script = ({ channel }: { channel: ChannelName }): Answer => {
          const answer = answers[asked++ % answers.length]!;
          // A robot that throttles for ever would be left after a day only.
          const isOdd =
            channel === 'callback' ? OF_ROBOTS.has(answer.outcome) : isCalm && answer.outcome === 'throttled';
          return isOdd ? { ...answer, outcome: 'status' } : answer;
        };
        const channelNames = ['callback', 'dingtalk'] as const;
        const run = new SimulatedDelivery(new MemoryOutbox(), script, { random, channelNames });
        await run.courier.start();
        const committed: string[] = [];
        for (const each of steps) await take(run, each, committed);

        isCalm = true;
        for (const method of FAULTY) delete run.outboxFaults[method];
        for (let minutes = 0; minutes < 240 && !(await atRest(run)); minutes++) await run.clock.advance(60_000);
        check(run, committed);
      },
    ),
    { numRuns: Number(process.env.CLOUDBELL_RUNS ?? 150) },
  );
});

async function take(run: SimulatedDelivery<MemoryOutbox>, step: Step, committed: string[]): Promise<void> {
  switch (step.do) {
    case 'commit':
      for (const lane of step.lanes) committed.push(lane);
      return run.commit(...step.lanes);
    case 'pass':
      return run.clock.advance(step.ms);
    case 'kill':
      run.kill();
      await run.clock.advance(step.downMs);
      await run.restart();
      return;
    case 'stop': {
      const stopping = run.courier.stop();
      await run.clock.advance(15_000);
      await stopping;
      await run.restart();
      return;
    }
    case 'fault':
      if (step.on) run.outboxFaults[step.method] = new CloudbellError('store_unavailable', { message: 'disk full' });
      else delete run.outboxFaults[step.method];
      return;
    case 'clock':
      run.clock.stepWall(step.ms);
  }
}

async function atRest(run: SimulatedDelivery<MemoryOutbox>): Promise<boolean> {
  const { pending, sending } = await run.outbox.status(run.clock.wallMs(), []);
  return pending === 0 && sending === 0;
}

function check(run: SimulatedDelivery<MemoryOutbox>, committed: readonly string[]): void {
  const ids = committed.map((_, n) => `d${n + 1}`);
  for (const id of ids) {
    const seen = run.seen.filter((each) => each.ids.includes(id));
    checkDelivery(run, id, seen);
  }
  for (const lane of LANES) checkLane(run.seen, new Set(ids.filter((_, n) => committed[n] === lane)));
  for (const seen of Map.groupBy(run.seen, (each) => each.endpoint).values())
    expect(mostAtOnce(seen)).toBeLessThanOrEqual(CAP_MAX);
}

function checkDelivery(run: SimulatedDelivery<MemoryOutbox>, id: string, seen: readonly Seen[]): void {
  const ledger = run.outbox.ledger(id)!;
  const recorded = ledger.attempts.map((each) => (each.interrupted ? 'interrupted' : each.result?.outcome));
  const judged = recorded.filter((each) => each !== undefined && !UNJUDGED.has(each));
  // It ended, every attempt has its outcome on record, and four judged failures are what exhausted means.
  expect(['delivered', 'exhausted']).toContain(ledger.state);
  expect(recorded).not.toContain(undefined);
  expect(judged.length).toBe(ledger.judgedAttempts);
  expect(judged.length).toBeLessThanOrEqual(4);
  if (ledger.state === 'exhausted' && judged.at(-1) !== 'rejected') expect(judged.length).toBe(4);
  expect(recorded.filter((each) => each === 'accepted').length).toBe(ledger.state === 'delivered' ? 1 : 0);
  // The receiver saw no request that is not on record; more than one acceptance only where a crash took the result.
  expect(seen.length).toBeLessThanOrEqual(recorded.length);
  const accepted = seen.filter((each) => each.outcome === 'accepted' && !each.cutOff);
  expect(accepted.length).toBeLessThanOrEqual(1 + recorded.filter((each) => each === 'interrupted').length);
}

/** One attempt after the other; each begins where the lane stands, and what it carries beyond is in order. */
function checkLane(all: readonly Seen[], laneIds: ReadonlySet<string>): void {
  const ascending = (of: readonly number[]): void => expect(of).toEqual([...of].sort((a, b) => a - b));
  const seen = all.filter((each) => each.ids.some((id) => laneIds.has(id)));
  const numbers = seen.map(({ ids }) => ids.filter((id) => laneIds.has(id)).map((id) => Number(id.slice(1))));
  ascending(numbers.map(([first]) => first ?? 0));
  for (const carried of numbers) ascending(carried);
  for (const [n, each] of seen.entries()) {
    const before = seen[n - 1];
    if (before !== undefined) expect(before.runEnd ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(each.runAt);
  }
}

function mostAtOnce(seen: readonly Seen[]): number {
  const edges = seen.flatMap((each) => [
    { at: each.runAt, change: 1 },
    { at: each.runEnd ?? each.runAt, change: -1 },
  ]);
  edges.sort((a, b) => a.at - b.at || a.change - b.change);
  let now = 0;
  return edges.reduce((most, edge) => {
    now += edge.change;
    return Math.max(most, now);
  }, 0);
}
