import type { Alert } from './alert.ts';
import { isMissing } from './alert-of.ts';
import { findAlert } from './find-alert.ts';
import type { AcknowledgeRecord } from './log-record.ts';
import { Pair } from './pair.ts';
import { type Fold, ruleKey } from './state.ts';

/**
 * An acknowledgement stops the repeats of an alert for as long as it stays as it was seen. The record names that state
 * by the time since which it lasts: one that comes when the alert has moved on means nothing any more, and none needs
 * to be taken back when it moves on later.
 */

/** Nothing is wrong with the alert, as far as is known: there is nothing to acknowledge. */
export function isInOrder(alert: Pick<Alert, 'state' | 'level' | 'transId'>): boolean {
  return alert.level === 'OK' && !isMissing(alert);
}

export function applyAcknowledge(fold: Fold, record: AcknowledgeRecord): void {
  const { alertId, since, number, acknowledged: holds } = record;
  const alert = find(fold, record);
  if (alert === undefined || alert.since !== since || isInOrder(alert)) return;
  const before = fold.acknowledged.get(alertId);
  if (before !== undefined && before.since === since && before.number >= number) return;
  fold.acknowledged.set(alertId, { since, number, holds });
}

export function isAcknowledged(fold: Fold, pair: Pair): boolean {
  if (fold.acknowledged.size === 0 || pair.alertId === null) return false;
  const acknowledged = fold.acknowledged.get(pair.alertId);
  return acknowledged?.holds === true && acknowledged.since === pair.since;
}

/** The alert has changed or ended. */
export function forgetAcknowledgement(fold: Fold, alertId: string | null): void {
  if (fold.acknowledged.size > 0 && alertId !== null) fold.acknowledged.delete(alertId);
}

function find(
  fold: Fold,
  { account, ruleId, alertId }: AcknowledgeRecord,
): Pick<Alert, 'state' | 'level' | 'transId' | 'since'> | undefined {
  const watch = fold.watches.get(ruleKey(account, ruleId));
  const pair = watch === undefined ? -1 : findAlert(fold, watch, alertId);
  return pair === -1 ? fold.adopted.get(alertId) : new Pair(fold, pair);
}
