import { expect, test } from 'vitest';
import { CAP_START, nextCap } from './cap.ts';
import type { AttemptOutcome } from './delivery.ts';

const after = (outcomes: readonly AttemptOutcome[], from = CAP_START): number => outcomes.reduce(nextCap, from);
const times = (count: number, outcome: AttemptOutcome): AttemptOutcome[] =>
  Array.from({ length: count }, () => outcome);

test.each<[string, AttemptOutcome[], number]>([
  ['starts at 4', [], 4],
  ['one more per success', times(3, 'accepted'), 7],
  ['up to 64', times(200, 'accepted'), 64],
  ['halves at a timeout', ['timeout'], 2],
  ['halves, rounded down', [...times(3, 'accepted'), 'refused'], 3],
  ['never below 1', times(9, 'timeout'), 1],
  ['comes back from 1', [...times(9, 'timeout'), ...times(5, 'accepted')], 6],
  ['an answer that is no success leaves it', ['status', 'protocol', 'forbidden_address'], 4],
  ['what is not judged leaves it', ['interrupted', 'stale_socket'], 4],
  ['every kind of connect error halves', ['refused', 'reset'], 1],
  ['so do these', ['unreachable'], 2],
  ['and these', ['dns'], 2],
  ['and this', ['tls'], 2],
])('%s', (_, outcomes, wanted) => {
  expect(after(outcomes)).toBe(wanted);
});
