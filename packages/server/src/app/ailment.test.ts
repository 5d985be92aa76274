import { expect, test } from 'vitest';
import { DEFAULT_API_SETTINGS } from '../api/deps.ts';
import type { Standing } from '../api/standing.ts';
import { SimulatedClock } from '../base/simulated-clock.ts';
import { type AilmentDeps, ailment } from './ailment.ts';

/** Everything well; what a row changes is not. */
function deps(changes: Partial<AilmentDeps> = {}, standing: object = {}): AilmentDeps {
  const clock = new SimulatedClock(0);
  let position = 0;
  const status = async () => ({ position: String(position) }) as never;
  const whole = async () =>
    ({
      ...{ now: 0, eventLoopDelayMs: 0, history: { value: {}, fault: null } },
      evaluation: { value: { position: String(position), refusing: null, backlog: 0, foldLagMs: 0 }, fault: null },
      outbox: { value: { oldestHealthyDueAt: null }, fault: null },
      courier: { value: { outboxFailures: 0 }, fault: null },
      ...standing,
    }) as unknown as Standing;
  return {
    ...{ clock, writer: { status }, standing: whole, readiness: DEFAULT_API_SETTINGS.readiness },
    rules: { enqueue: async () => 7 },
    changes: { flush: async () => void position++ },
    record: { kind: 'zone', account: '12', timeZone: 'UTC' },
    ...changes,
  };
}

const rejects = async (): Promise<never> => {
  throw new Error('disk full');
};
const never = (): Promise<never> => new Promise(() => undefined);

test.each<[string, AilmentDeps, string | null]>([
  ['all is well', deps(), null],
  ['the store does not commit', deps({ rules: { enqueue: rejects } }), 'The store does not commit: disk full.'],
  ['the store hangs', deps({ rules: { enqueue: never } }), 'The store does not commit: no answer within 2000 ms.'],
  ['the log takes nothing', deps({ changes: { flush: rejects } }), 'The sample log does not take a record: disk full.'],
  ['the fold stands still', deps({ changes: { flush: async () => undefined } }), 'Evaluation does not get on.'],
  ['evaluation hangs', deps({ writer: { status: never } }), 'Evaluation does not answer: no answer within 2000 ms.'],
  [
    'the courier hangs',
    deps({}, { courier: { value: null, fault: 'no answer' } }),
    'The courier does not answer: no answer.',
  ],
  [
    'deliveries wait too long',
    deps({}, { now: 600_000, outbox: { value: { oldestHealthyDueAt: 0 }, fault: null } }),
    'Cloudbell is behind: the oldest due delivery has waited 600.0 s.',
  ],
])('%s', async (_, with_, wanted) => {
  const found = ailment(with_);
  await (with_.clock as SimulatedClock).advance(2000);
  expect(await found).toBe(wanted);
});
