import { expect, test } from 'vitest';
import { SimulatedClock } from '../../base/simulated-clock.ts';
import type { Ledger, PruneRequest } from '../../ports/ledger.ts';
import { startLedgerPruning } from './ledger-pruning.ts';

// Goal: pruning goes on until everything old is gone, and leaves the writer alone for most of the time.

const START = 1_700_000_000_000;
const DAY = 86_400_000;
const mute = { info: () => undefined, error: () => undefined };

function ledgerWith(batches: number, tookMs: number, clock: SimulatedClock) {
  const asked: PruneRequest[] = [];
  const at: number[] = [];
  const ledger: Ledger = {
    prune: async (request) => {
      asked.push(request);
      at.push(clock.monoMs());
      if (tookMs > 0) await new Promise<void>((resolve) => clock.after(tookMs, resolve));
      const count = (request.from?.after ?? 0) + 1;
      return { deleted: 25, next: count < batches ? { table: 'deliveries', after: count } : null };
    },
  };
  return { ledger, asked, at };
}

test('batches follow one another with a rest of nine times what each took; a pass comes every ten minutes', async () => {
  const clock = new SimulatedClock(START);
  const { ledger, asked, at } = ledgerWith(3, 20, clock);
  const stop = startLedgerPruning({ ledger, clock, retentionMs: 30 * DAY, logger: mute });
  await clock.advance(10_000);
  expect(at).toEqual([0, 200, 400]);
  expect(asked[0]).toMatchObject({ before: START - 30 * DAY, from: null });
  await clock.advance(600_000);
  expect(at[3]).toBe(420 + 600_000);
  stop();
  await clock.advance(1_000_000);
  expect(asked).toHaveLength(6);
});

test('a batch that takes no time is followed by a rest all the same', async () => {
  const clock = new SimulatedClock(START);
  const { ledger, at } = ledgerWith(3, 0, clock);
  startLedgerPruning({ ledger, clock, retentionMs: DAY, logger: mute });
  await clock.advance(1000);
  expect(at).toEqual([0, 10, 20]);
});

test('after a failure it begins anew', async () => {
  const clock = new SimulatedClock(START);
  const errors: string[] = [];
  let calls = 0;
  const ledger: Ledger = {
    prune: async ({ from }) => {
      expect(from).toBeNull();
      if (++calls === 1) throw new Error('disk full');
      return { deleted: 0, next: null };
    },
  };
  startLedgerPruning({ ledger, clock, retentionMs: DAY, logger: { ...mute, error: (_, text) => errors.push(text) } });
  await clock.advance(600_000);
  expect([calls, errors.length]).toEqual([2, 1]);
});
