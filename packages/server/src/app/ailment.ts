import type { LogRecord } from '@cloudbell/core/alert/log-record.ts';
import type { ReadinessSettings } from '../api/deps.ts';
import { readinessOf } from '../api/health.ts';
import { type Standing, within } from '../api/standing.ts';
import type { Clock } from '../base/clock.ts';
import type { LogWriter } from '../ports/log-writer.ts';
import type { RuleStore } from '../ports/rule-store.ts';

export interface AilmentDeps {
  readonly clock: Clock;
  readonly rules: Pick<RuleStore, 'enqueue'>;
  readonly changes: { flush(changeId: number): Promise<void> };
  readonly writer: Pick<LogWriter, 'status'>;
  readonly standing: () => Promise<Standing>;
  readonly readiness: ReadinessSettings;
  /** Changes nothing when it is folded again: the account's zone as it is. */
  readonly record: LogRecord;
}

/**
 * What keeps Cloudbell from its work, found out by doing it: a record goes the way that a rule's change goes, into the store
 * by a commit, from there into the sample log, and through the fold. Then everything `/readyz` asks: nothing is late,
 * nothing is refused, the courier answers and gets on. Null when all of that is so.
 */
export async function ailment(deps: AilmentDeps): Promise<string | null> {
  const { clock, readiness } = deps;
  const ask = <T>(answer: Promise<T>) => within(clock, readiness.answerMsMax, answer);
  const before = await ask(deps.writer.status());
  if (before.value === null) return `Evaluation does not answer: ${before.fault}.`;
  const stored = await ask(deps.rules.enqueue(deps.record));
  if (stored.value === null) return `The store does not commit: ${stored.fault}.`;
  const logged = await ask(deps.changes.flush(stored.value));
  if (logged.fault !== null) return `The sample log does not take a record: ${logged.fault}.`;
  const standing = await deps.standing();
  if (standing.evaluation.value?.position === before.value.position) return 'Evaluation does not get on.';
  return readinessOf(standing, readiness).checks.find(({ ok }) => !ok)?.message ?? null;
}
