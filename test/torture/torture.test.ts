/**
 * The short form of `npm run torture`: 500 alerts/s, and kill -9 at 5 random moments. What is proved is written in
 * check.ts; that the proof can fail, in check.test.ts.
 */
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { torture } from './torture.ts';

test('5 kills under 500 alerts/s: nothing lost, invented, inverted or overtried; doubled only what a kill cut off', {
  timeout: 900_000,
}, async () => {
  const { verdict, folder } = await torture({
    cycles: 5,
    perSecond: 500,
    lifeMsMax: 1500,
    graceS: 5,
    // The third retry comes 25 s after the second: the long form waits for it.
    spoiltMax: 2,
    say: () => undefined,
  });
  expect(verdict.faults, `${folder}/history.jsonl`).toEqual([]);
  expect(verdict).toMatchObject({ kills: 5 });
  expect(verdict.accepted + verdict.givenUp).toBe(verdict.due);
  expect(verdict.due).toBeGreaterThan(1000);
  rmSync(folder, { recursive: true });
});
