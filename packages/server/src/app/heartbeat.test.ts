import type { AttemptResult } from '@cloudbell/core/notify/delivery.ts';
import { expect, test } from 'vitest';
import { SimulatedClock } from '../base/simulated-clock.ts';
import { createHeartbeat } from './heartbeat.ts';

const START = 1_700_000_000_000;
const ACCEPTED: AttemptResult = {
  ...{ outcome: 'accepted', startedAt: START, durationMs: 1, status: 200 },
  ...{ error: null, answer: null, retryAfterMs: null },
};

/** A heartbeat every 10 s whose ailment and receiver are as they are told. */
function world() {
  const clock = new SimulatedClock(START);
  const state = { ailment: null as string | null, result: ACCEPTED, tookMs: 0 };
  const beats: number[] = [];
  const said: string[] = [];
  const say = (fields: object, message: string) => void said.push(`${message} ${JSON.stringify(fields)}`);
  const heartbeat = createHeartbeat({
    everyMs: 10_000,
    clock,
    logger: { info: say, warn: say, error: say, debug: say } as never,
    ailment: async () => state.ailment,
    beat: async () => {
      beats.push((clock.wallMs() - START) / 1000);
      if (state.tookMs > 0) await new Promise<void>((resolve) => void clock.after(state.tookMs, resolve));
      return state.result;
    },
  });
  return { clock, state, beats, said, heartbeat };
}

test('one at once, then at the interval, until it is stopped', async () => {
  const { clock, beats, heartbeat, said } = world();
  heartbeat.start();
  await clock.advance(35_000);
  heartbeat.stop();
  await clock.advance(60_000);
  expect([beats, said]).toEqual([[0, 10, 20, 30], []]);
});

test('nothing is sent while Cloudbell ails, and that is said once, with why', async () => {
  const { clock, state, beats, said, heartbeat } = world();
  heartbeat.start();
  await clock.advance(15_000);
  state.ailment = 'The store does not commit.';
  await clock.advance(30_000);
  state.ailment = null;
  await clock.advance(10_000);
  expect(beats).toEqual([0, 10, 50]);
  expect(said).toEqual(['the heartbeat stops {"reason":"The store does not commit."}', 'the heartbeat goes on {}']);
});

test('a receiver that refuses is asked again at the next turn, not before', async () => {
  const { clock, state, beats, said, heartbeat } = world();
  state.result = { ...ACCEPTED, outcome: 'status', status: 404, error: 'answered 404' };
  heartbeat.start();
  await clock.advance(25_000);
  expect(beats).toEqual([0, 10, 20]);
  expect(said).toEqual(['the heartbeat stops {"reason":"the receiver of heartbeats: answered 404"}']);
});

test('a beat that takes longer than the interval is not overtaken, and the interval stays what it was', async () => {
  const { clock, state, beats, heartbeat } = world();
  state.tookMs = 15_000;
  heartbeat.start();
  await clock.advance(45_000);
  expect(beats).toEqual([0, 20, 40]);
});
