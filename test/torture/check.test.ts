import { expect, test } from 'vitest';
import { checkHistory } from './check.ts';
import type { Line, Notified } from './history.ts';

// Goal: a checker that finds nothing must be able to find something. Every row is a short history, and what is said of it.

const alert = (window: number, changes: Partial<Notified> = {}): Notified => ({
  endpoint: 'good',
  resource: 'i-1',
  window,
  level: 'WARN',
  before: 'null',
  ...changes,
});
const due = (t: number, of = alert(10)): Line => ({ kind: 'due', t, of });
const received = (t: number, id = 'm1', of = alert(10), number = 1): Line => ({
  kind: 'received',
  t,
  id,
  of,
  try: number,
});
const accepted = (t: number, id = 'm1'): Line => ({ kind: 'accepted', t, id });
const killed = (t: number): Line => ({ kind: 'killed', t });
const sent = (t: number, outcome: string, number: number | null, id = 'm1'): Line => ({
  kind: 'sent',
  t,
  id,
  outcome,
  number,
});
const ended = (state: string, id = 'm1'): Line => ({ kind: 'ended', t: 99, id, state });
const well: Line[] = [due(1), received(2), accepted(2), sent(2, 'accepted', 1), ended('delivered')];
const givenUp = (judged: number): Line[] => [
  due(1),
  ...Array.from({ length: judged }, (_, at) => received(2 + at, 'm1', alert(10), at + 1)),
  ...Array.from({ length: judged }, (_, at) => sent(2 + at, 'status', at + 1)),
  ended('exhausted'),
];
const later = alert(11, { level: 'OK', before: 'WARN' });

test.each<[string, Line[], RegExp | null]>([
  ['delivered', well, null],
  ['nothing due, nothing sent', [], null],
  ['given up after four', givenUp(4), null],
  ['given up after three', givenUp(3), /^lost: good i-1 at 10, state exhausted/],
  ['tried five times', givenUp(5), /overtried/],
  ['never received', [due(1)], /^lost: good i-1 at 10, never received/],
  ['received and not accepted', [due(1), received(2), sent(2, 'timeout', 1), ended('pending')], /^lost/],
  ['not due', well.slice(1), /^invented/],
  ['of another level', [due(1, alert(10, { level: 'OK' })), ...well.slice(1)], /^invented/],
  ['from another level', [due(1, alert(10, { before: 'OK' })), ...well.slice(1)], /^invented/],
  [
    'not known to be due',
    [{ kind: 'uncertain', t: 1, endpoint: 'good', resource: 'i-1', window: 10 }, ...well.slice(1)],
    null,
  ],
  [
    'again after a kill that cut it off',
    [
      due(1),
      received(2),
      accepted(2),
      killed(3),
      received(4),
      accepted(4),
      sent(2, 'interrupted', null),
      sent(4, 'accepted', 1),
    ],
    null,
  ],
  [
    'again after a kill that did not cut it off',
    [
      due(1),
      received(2),
      accepted(2),
      killed(3),
      received(4),
      accepted(4),
      sent(2, 'accepted', 1),
      sent(4, 'accepted', 2),
    ],
    /^duplicates: .* 1, and 0 interrupted/,
  ],
  [
    'again without a kill',
    [due(1), received(2), accepted(2), received(4), accepted(4), sent(2, 'interrupted', null), sent(4, 'accepted', 1)],
    /^duplicates: .* no kill between/,
  ],
  [
    'again after a kill, and refused then, so once more',
    [
      due(1),
      received(2),
      accepted(2),
      killed(3),
      received(4),
      received(5, 'm1', alert(10), 2),
      accepted(5),
      sent(2, 'interrupted', null),
      sent(4, 'reset', 1),
      sent(5, 'accepted', 2),
    ],
    null,
  ],
  [
    'again after its answer came too late',
    [
      due(1),
      received(5001),
      accepted(5001),
      received(7000),
      accepted(7000),
      sent(1, 'timeout', 1),
      sent(7000, 'accepted', 2),
    ],
    null,
  ],
  [
    'again after an answer in time that was called a time-out',
    [
      due(1),
      received(2),
      accepted(2),
      received(7000),
      accepted(7000),
      sent(1, 'timeout', 1),
      sent(7000, 'accepted', 2),
    ],
    /^duplicates: .* no kill between/,
  ],
  [
    'under two ids',
    [...well, received(5, 'm2'), accepted(5, 'm2'), sent(5, 'accepted', 1, 'm2')],
    /^duplicates: .* two ids/,
  ],
  ['one id for two', [...well, due(5, later), received(6, 'm1', later), accepted(6)], /^duplicates: m1 names both/],
  [
    'in order',
    [...well, due(5, later), received(6, 'm2', later), accepted(6, 'm2'), sent(6, 'accepted', 1, 'm2')],
    null,
  ],
  [
    'recovered before it fired',
    [
      due(1),
      due(1, later),
      received(2, 'm2', later),
      accepted(2, 'm2'),
      sent(2, 'accepted', 1, 'm2'),
      received(3),
      accepted(3),
      sent(3, 'accepted', 1),
    ],
    /^inversions: good i-1 at 10 came after window 11/,
  ],
  [
    'more cut off than can be under way',
    [...well, killed(9), ...Array.from({ length: 1281 }, (_, at) => sent(5, 'interrupted', null, `x${at}`))],
    /^interrupted: 1281/,
  ],
])('%s', async (_, lines, fault) => {
  const { faults } = await checkHistory(lines);
  if (fault === null) expect(faults).toEqual([]);
  else expect(faults.join('\n')).toMatch(fault);
});
