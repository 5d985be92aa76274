import { expect, test } from 'vitest';
import { ATTEMPT_OUTCOMES, type AttemptOutcome, CHANNELS } from './delivery.ts';
import { remedyOf } from './remedy.ts';

test.each<[AttemptOutcome, number | null, RegExp | null]>([
  ['accepted', 200, null],
  ['status', 302, /final URL/],
  ['status', 403, /signing secret/],
  ['status', 404, /path of the callback/],
  ['status', 503, /See its log/],
  ['status', 422, /refuses what was sent/],
  ['refused', null, /Start the receiver/],
  ['dns', null, /spelling/],
])('a callback that ended %s %s', (outcome, status, words) => {
  const remedy = remedyOf({ channel: 'callback', outcome, status });
  if (words === null) expect(remedy).toBeNull();
  else expect(remedy).toMatch(words);
});

test('a callback’s failure always has one', () => {
  const nothingToDo = ATTEMPT_OUTCOMES.filter(
    (outcome) => remedyOf({ channel: 'callback', outcome, status: null }) === null,
  );
  expect(nothingToDo).toEqual(['accepted', 'interrupted', 'stale_socket']);
});

test('what says itself what to do is left alone', () => {
  expect(remedyOf({ channel: 'dingtalk', outcome: 'status', status: 310000 })).toBeNull();
  expect(remedyOf({ channel: 'email', outcome: 'refused', status: null })).toBeNull();
  expect(remedyOf({ channel: 'dingtalk', outcome: 'refused', status: null })).toMatch(/webhook of the contact/);
});

test('none promises another attempt: a test has none, and neither has a delivery after its last', () => {
  const said = CHANNELS.flatMap((channel) =>
    ATTEMPT_OUTCOMES.flatMap((outcome) => [null, 429, 500].map((status) => remedyOf({ channel, outcome, status }))),
  );
  expect(said.filter((remedy) => /again|by itself|later/.test(remedy ?? ''))).toEqual([]);
});
