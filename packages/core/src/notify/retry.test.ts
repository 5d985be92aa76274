import { describe, expect, test } from 'vitest';
import { ATTEMPT_OUTCOMES, type AttemptOutcome, type AttemptResult, type ChannelName, UNJUDGED } from './delivery.ts';
import { type EndedAttempt, judge, longestWaitMs, RETRY_TABLES } from './retry.ts';

const ENDED_AT = 1_700_000_000_000;

function ended(
  outcome: AttemptOutcome,
  rest: {
    channel?: ChannelName;
    judged?: number;
    retryAfterMs?: number | null;
    staleBefore?: boolean;
    ageMs?: number;
  } = {},
): EndedAttempt {
  const result: AttemptResult = {
    outcome,
    startedAt: ENDED_AT - 40,
    durationMs: 40,
    status: null,
    error: null,
    answer: null,
    retryAfterMs: rest.retryAfterMs ?? null,
  };
  return {
    channel: rest.channel ?? 'callback',
    result,
    judgedAttempts: rest.judged ?? 0,
    createdAt: ENDED_AT - (rest.ageMs ?? 1000),
    endedAt: ENDED_AT,
    staleBefore: rest.staleBefore ?? false,
  };
}

const afterMs = (attempt: EndedAttempt, jitter: number): number | null => {
  const { nextAttemptAt } = judge(attempt, jitter);
  return nextAttemptAt === null ? null : nextAttemptAt - ENDED_AT;
};

describe('delays of the callback, ms after the failure', () => {
  test.each([
    // judged before, jitter, wanted
    [0, 0, 1000],
    [0, 0.5, 1100],
    [0, 1, 1200],
    [1, 0, 5000],
    [1, 1, 6000],
    [2, 0, 25_000],
    [2, 0.25, 26_250],
    [2, 1, 30_000],
    [3, 0, null],
  ])('after %i judged failures before, jitter %d: %s', (judged, jitter, wanted) => {
    expect(afterMs(ended('timeout', { judged }), jitter)).toBe(wanted);
  });
});

describe('an endpoint that asks for patience: delays beyond the table, ms after the failure', () => {
  const DAYS_3 = 3 * 86_400_000;
  test.each<[string, number, number, number | null]>([
    ['the table comes first', 2, 60_000, 25_000],
    ['then a minute', 3, 60_000, 60_000],
    ['four', 4, 240_000, 240_000],
    ['sixteen', 5, 0, 960_000],
    ['sixty-four', 6, 0, 3_840_000],
    ['every four hours from then on', 7, 0, 14_400_000],
    ['and so on', 20, DAYS_3 - 14_400_000, 14_400_000],
    ['none later than asked for', 20, DAYS_3 - 14_399_999, null],
    ['a replay of what is older has the table alone', 3, 2 * DAYS_3, null],
  ])('%s', (_, judged, ageMs, wanted) => {
    const attempt = { ...ended('timeout', { judged, ageMs }), retryForMs: DAYS_3 };
    expect(afterMs(attempt, 0)).toBe(wanted);
  });
});

describe('Retry-After moves later, never earlier, to at most 60 s', () => {
  test.each([
    // judged before, Retry-After ms, jitter, wanted ms, reason
    [0, 0, 0, 1000, 'retry'],
    [0, 500, 0, 1000, 'retry'],
    [0, 1100, 1, 1200, 'retry'],
    [0, 7000, 1, 7000, 'retry_after'],
    [1, 3000, 0, 5000, 'retry'],
    [2, 60_000, 0, 60_000, 'retry_after'],
    [2, 3_600_000, 1, 60_000, 'retry_after'],
    [2, 28_000, 1, 30_000, 'retry'],
  ])('after %i failures, Retry-After %i, jitter %d: %i, %s', (judged, retryAfterMs, jitter, wanted, reason) => {
    const verdict = judge(ended('status', { judged, retryAfterMs }), jitter);
    expect(verdict).toMatchObject({ state: 'pending', reason, judgedAttempts: judged + 1 });
    expect((verdict.nextAttemptAt ?? 0) - ENDED_AT).toBe(wanted);
  });

  test('it adds no attempt', () => {
    expect(judge(ended('status', { judged: 3, retryAfterMs: 5000 }), 0)).toMatchObject({
      state: 'exhausted',
      nextAttemptAt: null,
      judgedAttempts: 4,
      reason: 'attempts_used_up',
    });
  });
});

test.each([0, 1, 2, 3])('accepted after %i failures: delivered', (judged) => {
  expect(judge(ended('accepted', { judged }), 0.9)).toMatchObject({
    state: 'delivered',
    nextAttemptAt: null,
    judgedAttempts: judged + 1,
    reason: 'accepted',
  });
});

const RETRIED = ATTEMPT_OUTCOMES.filter((each) => each !== 'accepted' && each !== 'rejected' && !UNJUDGED.has(each));
test.each(RETRIED)('%s is judged: the fourth exhausts', (outcome) => {
  expect(judge(ended(outcome, { judged: 2 }), 0)).toMatchObject({ state: 'pending', judgedAttempts: 3 });
  expect(judge(ended(outcome, { judged: 3 }), 0)).toMatchObject({ state: 'exhausted', judgedAttempts: 4 });
});

test.each(['interrupted', 'stale_socket'] as const)('%s is not counted and is sent again at once', (outcome) => {
  for (const judged of [0, 3]) {
    const verdict = judge(ended(outcome, { judged, retryAfterMs: 9000 }), 1);
    expect(verdict).toMatchObject({
      state: 'pending',
      nextAttemptAt: ENDED_AT,
      judgedAttempts: judged,
      reason: 'sent_again',
    });
    expect(verdict.result.outcome).toBe(outcome);
  }
});

test('a second stale socket in a row is on record as reset, and judged', () => {
  const verdict = judge(ended('stale_socket', { judged: 0, staleBefore: true }), 0);
  expect(verdict).toMatchObject({ state: 'pending', judgedAttempts: 1, reason: 'retry' });
  expect(verdict.result.outcome).toBe('reset');
  expect(verdict.nextAttemptAt).toBe(ENDED_AT + 1000);
});

test('times are whole milliseconds, and never early', () => {
  const at = { ...ended('timeout'), endedAt: ENDED_AT + 0.25 };
  expect(judge(at, 0.1234567).nextAttemptAt).toBe(ENDED_AT + 1025);
});

describe('other channels', () => {
  const SECOND = 1000;
  const MINUTE = 60_000;
  const HOUR = 3_600_000;

  test.each<[ChannelName, number[]]>([
    ['callback', [SECOND, 5 * SECOND, 25 * SECOND]],
    ['email', [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR]],
    ['dingtalk', [SECOND, 5 * SECOND, 25 * SECOND]],
  ])('%s: ms after each failure', (channel, delays) => {
    const seen = delays.map((_, judged) => afterMs(ended('refused', { channel, judged }), 0));
    expect(seen).toEqual(delays);
    expect(afterMs(ended('refused', { channel, judged: delays.length }), 0)).toBeNull();
  });

  test('rejected is judged and ends it at once', () => {
    expect(judge(ended('rejected', { channel: 'email' }), 0)).toMatchObject({
      state: 'exhausted',
      judgedAttempts: 1,
      reason: 'rejected',
    });
  });

  test.each<[string, AttemptOutcome, { retryAfterMs?: number | null; ageMs?: number }, number | null]>([
    ['throttled: as long as it asks', 'throttled', { retryAfterMs: 90_000 }, 90_000],
    ['throttled: ten minutes when it does not say', 'throttled', {}, 10 * MINUTE],
    ['throttled: an hour at most', 'throttled', { retryAfterMs: 9 * HOUR }, HOUR],
    ['throttled for a day: given up', 'throttled', { ageMs: 24 * HOUR }, null],
    ['not configured: a minute at least', 'not_configured', { ageMs: 0 }, MINUTE],
    ['not configured: as long again as it has waited', 'not_configured', { ageMs: 7 * MINUTE }, 7 * MINUTE],
    ['not configured: half an hour at most', 'not_configured', { ageMs: 7 * HOUR }, 30 * MINUTE],
    ['not configured for a day: given up', 'not_configured', { ageMs: 24 * HOUR }, null],
    ['not configured, the clock set back meanwhile', 'not_configured', { ageMs: -HOUR }, MINUTE],
  ])('%s', (_, outcome, rest, wanted) => {
    const attempt = ended(outcome, { channel: 'dingtalk', judged: 2, ...rest });
    expect(afterMs(attempt, 0.5)).toBe(wanted);
    expect(judge(attempt, 0.5)).toMatchObject({
      state: wanted === null ? 'exhausted' : 'pending',
      judgedAttempts: 2,
      reason: wanted === null ? 'waited_in_vain' : 'waiting',
    });
  });

  test('no wait is longer than the longest', () => {
    for (const channel of Object.keys(RETRY_TABLES) as ChannelName[]) {
      for (const outcome of ATTEMPT_OUTCOMES.filter((each) => channel !== 'callback' || !UNJUDGED.has(each))) {
        for (const judged of [0, 1, 2, 3, 4]) {
          const waitMs = afterMs(ended(outcome, { channel, judged, retryAfterMs: 9 * HOUR }), 0.999) ?? 0;
          expect(waitMs).toBeLessThanOrEqual(longestWaitMs(channel));
        }
      }
    }
    expect(longestWaitMs('callback')).toBe(60_000);
  });
});
