import { writeSync } from 'node:fs';
import {
  expandToWebhook,
  NOW,
  newAlert,
  newCommitter,
  newEffect,
  newRule,
} from '../../ports/store-fixtures.contract.ts';
import { openSqliteStore } from './store.ts';

/**
 * Writes to the store in `argv[2]` without end, and says on stdout what was promised, a line each, at the moment it
 * was: crash.test.ts kills it at some moment and looks for all of that. `argv[3]` tells one life from another.
 */
const [, , dataDir = '', life = ''] = process.argv;
const store = openSqliteStore({
  expandEvent: () => [],
  dataDir,
  expand: expandToWebhook,
  limits: { rulesPerAccountMax: 1_000_000 },
});
const promised = (kind: string, what: string | number): void => {
  writeSync(1, `${kind} ${what}\n`);
};

async function commitForever(): Promise<void> {
  const commit = await newCommitter(store.commits);
  for (let n = 0; ; n++) {
    const alertId = `${life}-a${n % 50}`;
    await commit([newEffect(alertId, { alert: newAlert(alertId, { value: n }) }), newEffect(`${alertId}-twin`)]);
    promised('commit', alertId);
  }
}

async function putForever(): Promise<void> {
  for (let n = 0; ; n++) {
    await store.rules.put(newRule(`${life}-r${n}`), null, NOW);
    promised('rule', `${life}-r${n}`);
  }
}

async function deliverForever(): Promise<void> {
  for (;;) {
    const claimed = await store.outbox.claim({ now: NOW, limit: 8, room: {}, defaultRoom: 8 });
    for (const { attemptId } of claimed) promised('attempt', attemptId);
    const result = {
      outcome: 'accepted',
      startedAt: NOW,
      durationMs: 1,
      status: 200,
      error: null,
      answer: null,
    } as const;
    await store.outbox.settle(
      claimed.map(({ deliveryId, attemptId }) => ({
        deliveryId,
        attemptId,
        state: 'delivered' as const,
        nextAttemptAt: null,
        result: { ...result, retryAfterMs: null },
      })),
    );
    for (const { deliveryId } of claimed) promised('delivered', deliveryId);
  }
}

await Promise.all([commitForever(), putForever(), deliverForever()]);
