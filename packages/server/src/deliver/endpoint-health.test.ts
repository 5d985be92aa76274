import { expect, test } from 'vitest';
import { EndpointHealth, type LastSeen } from './endpoint-health.ts';

const AT = 1_700_000_000_000;
const REFUSED = { outcome: 'refused', status: null, error: 'a refused the connection.', startedAt: AT } as const;
const ACCEPTED = { outcome: 'accepted', status: 200, error: null, startedAt: AT } as const;
const A = { endpoint: 'http://a.example/', channel: 'callback' } as const;

/** What is told of the one endpoint after this. */
function told(tell: (health: EndpointHealth) => void) {
  const health = new EndpointHealth();
  tell(health);
  return health.snapshot(AT + 1000)[0];
}
const recalled = (lastAttempt: LastSeen['lastAttempt']) => told((health) => health.recall({ ...A, lastAttempt }));

test('what the ledger has of an endpoint is what is known of it at first', () => {
  expect(recalled(REFUSED)).toMatchObject({
    lastOutcome: 'refused',
    lastError: REFUSED.error,
    failingSince: AT,
    failing: false,
  });
  expect(recalled(ACCEPTED)).toMatchObject({ lastOutcome: 'accepted', lastSuccessAt: AT, failuresInARow: 0 });
  expect(recalled({ ...REFUSED, outcome: 'not_configured' })).toMatchObject({
    lastOutcome: 'not_configured',
    failuresInARow: 0,
  });
});

test('an attempt that we ended ourselves says nothing about it', () => {
  expect(recalled({ ...REFUSED, outcome: 'interrupted' })).toBeUndefined();
  expect(recalled(null)).toBeUndefined();
});

test('what is on record as failing fails until something is accepted, whatever the newest attempt was', () => {
  const failing = (after: (health: EndpointHealth) => void) =>
    told((health) => {
      health.recall({ ...A, lastAttempt: REFUSED });
      health.remember({ ...A, since: AT - 5000 });
      after(health);
    });
  expect(failing(() => undefined)).toMatchObject({ failing: true, failingSince: AT - 5000, lastError: REFUSED.error });
  const accepted = failing((health) => {
    health.begin(A);
    const turn = health.end(A, { ...ACCEPTED, durationMs: 5 }, AT + 1);
    expect(turn).toEqual({ kind: 'recovered', since: AT - 5000 });
  });
  expect(accepted).toMatchObject({ failing: false, failingSince: null, lastOutcome: 'accepted' });
});
