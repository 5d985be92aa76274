import type { NotifiedLevel } from './alert.ts';
import type { HoldReason, NotificationReason, SuppressionReason } from './effect.ts';

/**
 * Whether a notification is due (semantics.md, Alerts over time). Due is reconciliation: what an alert is now is
 * compared with what was last notified, so whatever happened in between, at most one notification brings it up to
 * date. A pure decision with a named reason either way.
 */
export interface DueInput {
  /** What would be notified now. */
  readonly now: NotifiedLevel;
  readonly notified: NotifiedLevel;
  /** True when state or level changed with this step. */
  readonly changed: boolean;
  /** True when the alert leaves its initial, never notified, state for OK. */
  readonly initial: boolean;
  readonly sendOk: boolean;
  /** What holds back whatever is due now; null when nothing does. A silence comes before the interval. */
  readonly held: Exclude<HoldReason, 'acknowledged'> | null;
  /** Somebody knows about the alert as it is: it is not repeated. */
  readonly acknowledged: boolean;
  /** True at an evaluated, still breaching window at least `silenceTime` after the last notification. */
  readonly repeatDue: boolean;
  /** Why this repeat was held back before, which was said. */
  readonly repeatHeld: HoldReason | null;
}

export type DueDecision =
  | { readonly kind: 'notify'; readonly reason: NotificationReason }
  | { readonly kind: 'suppress'; readonly reason: SuppressionReason }
  /** Nothing is due, or it was said before that it is held back. */
  | { readonly kind: 'nothing' };

const NOTHING: DueDecision = { kind: 'nothing' };

export function decideDue(input: DueInput): DueDecision {
  if (input.now !== input.notified) {
    if (input.now === 'OK' && !input.sendOk) return { kind: 'suppress', reason: 'send_ok_off' };
    if (input.held === null) return { kind: 'notify', reason: input.changed ? 'transition' : 'catch_up' };
    return input.changed ? { kind: 'suppress', reason: input.held } : NOTHING;
  }
  if (input.changed) return { kind: 'suppress', reason: input.initial ? 'initial_ok' : 'never_notified' };
  if (!input.repeatDue) return NOTHING;
  const held = input.acknowledged && input.held !== 'silenced' ? 'acknowledged' : input.held;
  if (held === null) return { kind: 'notify', reason: 'repeat' };
  return input.repeatHeld === held ? NOTHING : { kind: 'suppress', reason: held };
}
