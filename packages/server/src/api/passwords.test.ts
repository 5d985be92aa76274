import { expect, test } from 'vitest';
import { asError, type CloudbellError } from '../base/errors.ts';
import { SimulatedClock } from '../base/simulated-clock.ts';
import { type Guess, Passwords, Throttled } from './passwords.ts';
import { NOBODYS_HASH } from './secret-hash.ts';

const GUESS: Guess = { account: '1', user: 'ada', password: 'right', address: '192.0.2.7' };

/** A deployment with the user ada / right, and bob, who is disabled; hashes are plain so that checks can be counted and held. */
function deployment() {
  const clock = new SimulatedClock(0);
  const state = { checks: [] as string[], gate: Promise.resolve() };
  const passwords = new Passwords({
    clock,
    users: {
      credentials: async (account, name) => {
        if (account !== '1' || !['ada', 'bob'].includes(name)) return null;
        const times = { createdAt: 0, updatedAt: 0, lastSignInAt: null };
        return { user: { account, name, role: 'viewer', enabled: name === 'ada', ...times }, passwordHash: 'right' };
      },
    },
    isSecret: async (secret, secretHash) => {
      state.checks.push(secretHash);
      await state.gate;
      return secret === secretHash;
    },
  });
  /** `in`, `wrong`, s to wait, or the code of a refusal. */
  const say = async (change: Partial<Guess> = {}): Promise<string | number> => {
    try {
      return (await passwords.check({ ...GUESS, ...change })) === null ? 'wrong' : 'in';
    } catch (thrown) {
      return thrown instanceof Throttled ? thrown.retryAfterS : (asError(thrown) as CloudbellError).code;
    }
  };
  return { clock, state, say };
}

test.each<[string, Partial<Guess>, string]>([
  ['the right password', {}, 'in'],
  ['a wrong one', { password: 'Right' }, 'wrong'],
  ['an empty one', { password: '' }, 'wrong'],
  ['a name that nobody has', { user: 'eve' }, 'wrong'],
  ['the name in another account', { account: '2' }, 'wrong'],
  ['a disabled user', { user: 'bob' }, 'wrong'],
])('%s', async (_, change, want) => expect(await deployment().say(change)).toBe(want));

test('an unknown name costs a check of what is nobody’s', async () => {
  const { state, say } = deployment();
  expect(await say({ user: 'eve' })).toBe('wrong');
  expect(await say({ user: 'eve', password: NOBODYS_HASH })).not.toBe('in');
  expect(state.checks).toEqual([NOBODYS_HASH, NOBODYS_HASH]);
});

test('five wrong ones, then also the right one waits; elsewhere and for others it does not', async () => {
  const { clock, state, say } = deployment();
  for (let i = 0; i < 5; i++) expect(await say({ password: 'x' })).toBe('wrong');
  expect(await say()).toBe(30);
  expect(state.checks).toHaveLength(5);
  expect(await say({ address: '192.0.2.8' })).toBe('in');
  expect(await say({ user: 'eve' })).toBe('wrong');
  await clock.advance(29_000);
  expect(await say()).toBe(1);
  await clock.advance(1_000);
  expect(await say()).toBe('in');
  for (let i = 0; i < 5; i++) expect(await say({ password: 'x' })).toBe('wrong');
});

test('many guesses at once get no further than many in a row', async () => {
  const { state, say } = deployment();
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => say({ password: `guess-${i}` })));
  expect(answers.filter((answer) => answer === 'wrong')).toHaveLength(5);
  expect(answers.filter((answer) => answer === 30)).toHaveLength(35);
  expect(state.checks).toHaveLength(5);
});

test('an address has a limit over all names, which right ones do not use up', async () => {
  const { say } = deployment();
  for (let i = 0; i < 100; i++) expect(await say()).toBe('in');
  for (let i = 0; i < 30; i++) expect(await say({ user: `user-${i}` })).toBe('wrong');
  expect(await say()).toBe(4);
  expect(await say({ address: '2001:db8::1' })).toBe('in');
});

test('addresses of one IPv6 network count together', async () => {
  const { say } = deployment();
  for (let i = 1; i <= 5; i++) await say({ password: 'x', address: `2001:db8::${i}` });
  expect(await say({ address: '2001:db8::99' })).toBe(30);
});

test('more checks at once than the thread pool should bear are turned away', async () => {
  const { state, say } = deployment();
  const { promise, resolve } = Promise.withResolvers<void>();
  state.gate = promise;
  const under = Array.from({ length: 8 }, (_, i) => say({ address: `192.0.2.${i}` }));
  expect(await say({ address: '198.51.100.1' })).toBe('credentials_busy');
  resolve();
  expect(await Promise.all(under)).toEqual(new Array(8).fill('in'));
});
