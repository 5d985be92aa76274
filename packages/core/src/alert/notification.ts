import type { NotificationIntent } from './effect.ts';
import { expressionOf } from './expression.ts';
import type { LevelPlan } from './levels.ts';

/** What is known of a notification; the rest of what a channel needs to word it follows from this. */
export interface NotificationFacts extends Omit<NotificationIntent, 'expression' | 'lastTimeMs'> {
  /** Of `rule`. */
  readonly plans: readonly LevelPlan[];
  /** Event time, ms, of the trigger; null when there was none. */
  readonly triggeredAt: number | null;
}

/** The one builder of notifications. On `OK` the expression is that of the level which is cleared. */
export function buildNotification({ plans, triggeredAt, ...said }: NotificationFacts): NotificationIntent {
  const { triggerLevel, preTriggerLevel, timestamp } = said;
  return {
    ...said,
    expression: expressionOf(plans, triggerLevel === 'OK' ? preTriggerLevel : triggerLevel),
    lastTimeMs: triggeredAt === null ? 0 : Math.max(0, timestamp - triggeredAt),
  };
}
