import { expect, test } from 'vitest';
import type { CloudbellError } from '../base/errors.ts';
import { seededRandom } from '../base/random.ts';
import { SimulatedClock } from '../base/simulated-clock.ts';
import { AccessKeys } from './access-keys.ts';
import { hashSecret } from './secret-hash.ts';

/** Kind, cost and lengths of a hash: all that the time of a check depends on. */
const costOf = (secretHash: string): string => {
  const [kind, N, r, p, salt, hash] = secretHash.split('$');
  return [kind, N, r, p, salt?.length, hash?.length].join(' ');
};

/** A deployment with one key, `k` / `right`; hashes are plain so that checks can be counted and held. */
function deployment() {
  const clock = new SimulatedClock(0);
  const state = {
    stored: 'right' as string | null,
    reads: 0,
    checks: 0,
    notes: [] as number[],
    hash: '',
    gate: Promise.resolve(),
  };
  const keys = new AccessKeys({
    clock,
    random: seededRandom(1),
    trustMs: 1000,
    identity: {
      accessKey: async (accessKeyId) => {
        state.reads += 1;
        if (accessKeyId !== 'k' || state.stored === null) return null;
        return {
          ...{ accessKeyId, account: '1', name: '', role: 'admin', secretHash: state.stored },
          ...{ isBootstrap: true, createdAt: 0, lastUsedAt: null },
        };
      },
      noteAccessKeyUse: async (_, now) => {
        state.notes.push(now);
      },
    },
    isSecret: async (secret, secretHash) => {
      state.checks += 1;
      state.hash = secretHash;
      await state.gate;
      return secret === secretHash;
    },
  });
  const isRight = async (secret: string, id = 'k'): Promise<boolean> => (await keys.check(id, secret)) !== null;
  return { clock, state, isRight, keys };
}

test('a hot client costs one check and, while it is trusted, one read', async () => {
  const { clock, state, isRight } = deployment();
  for (let i = 0; i < 100; i++) expect(await isRight('right')).toBe(true);
  expect([state.reads, state.checks]).toEqual([1, 1]);
  await clock.advance(1001);
  expect(await isRight('right')).toBe(true);
  expect([state.reads, state.checks]).toEqual([2, 1]);
});

test('many connections that start at once share one check', async () => {
  const { state, isRight } = deployment();
  expect(await Promise.all(Array.from({ length: 100 }, () => isRight('right')))).toEqual(new Array(100).fill(true));
  expect(state.checks).toBe(1);
});

test('a wrong secret costs one check however often it comes, and does not make the right one pay again', async () => {
  const { state, isRight } = deployment();
  expect(await isRight('right')).toBe(true);
  for (let i = 0; i < 100; i++) expect(await isRight('wrong')).toBe(false);
  expect(await isRight('right')).toBe(true);
  expect(state.checks).toBe(2);
});

test('an unknown key costs what a wrong secret of a known one does, so that time does not tell them apart', async () => {
  const { state, isRight } = deployment();
  for (let i = 0; i < 100; i++) expect(await isRight('wrong', 'other')).toBe(false);
  expect(state.checks).toBe(1);
  expect(await isRight('wrong', 'another')).toBe(false);
  expect(state.checks).toBe(2);
  expect(costOf(state.hash)).toBe(costOf(await hashSecret('any', seededRandom(1))));
});

test('what stands in for the hash of an unknown key lets nobody in', async () => {
  const { state, isRight } = deployment();
  await isRight('wrong', 'other');
  expect(await isRight(state.hash, 'other')).toBe(false);
});

test('guesses under way never turn away a client whose secret is remembered, also when its trust has ended', async () => {
  const { clock, state, isRight } = deployment();
  expect(await isRight('right')).toBe(true);
  let open: () => void = () => undefined;
  state.gate = new Promise((resolve) => {
    open = resolve;
  });
  const guesses = [
    ...Array.from({ length: 20 }, (_, i) => isRight(`guess-${i}`).catch(() => false)),
    ...Array.from({ length: 20 }, (_, i) => isRight('right', `unknown-${i}`).catch(() => false)),
  ];
  await clock.advance(1001);
  expect(await isRight('right')).toBe(true);
  expect(state.checks).toBe(1 + 32);
  open();
  expect(await Promise.all(guesses)).toEqual(new Array(40).fill(false));
});

test('a secret that was replaced or removed is wrong once the trust has ended; the new one is right at once', async () => {
  const { clock, state, isRight } = deployment();
  expect([await isRight('right'), await isRight('next')]).toEqual([true, false]);
  state.stored = 'next';
  expect(await isRight('next')).toBe(true);
  await clock.advance(1001);
  expect(await isRight('right')).toBe(false);
  state.stored = null;
  await clock.advance(1001);
  expect(await isRight('next')).toBe(false);
});

test('a key in use is noted once a minute, one that is guessed at is not', async () => {
  const { clock, state, isRight } = deployment();
  await isRight('wrong');
  expect(state.notes).toEqual([]);
  for (let second = 0; second < 150; second++) {
    await isRight('right');
    await clock.advance(1_000);
  }
  expect(state.notes).toEqual([0, 60_000, 120_000]);
});

test('a key that is deleted here stops working at once', async () => {
  const { state, isRight, keys } = deployment();
  expect(await isRight('right')).toBe(true);
  state.stored = null;
  keys.forget('k');
  expect(await isRight('right')).toBe(false);
});

test('beyond 32 different guesses under way the next is turned away', async () => {
  const { state, isRight } = deployment();
  let open: () => void = () => undefined;
  state.gate = new Promise((resolve) => {
    open = resolve;
  });
  const guesses = Array.from({ length: 32 }, (_, i) => isRight(`guess-${i}`));
  const refused = await isRight('one more').catch((error: unknown) => error);
  expect((refused as CloudbellError).code).toBe('credentials_busy');
  open();
  expect(await Promise.all(guesses)).toEqual(new Array(32).fill(false));
  expect(await isRight('right')).toBe(true);
});
