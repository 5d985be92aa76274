import { plainDecimal } from '../metric/number.ts';
import { type AlertLevel, COMPARISON_OPERATORS } from '../rule/rule.ts';
import type { LevelPlan } from './levels.ts';

/** `$Average>=95`: the condition of one level, no spaces; null when the rule has no such level (any more). */
export function expressionOf(plans: readonly LevelPlan[], level: AlertLevel | null): string | null {
  const plan = plans.find((candidate) => candidate.level === level);
  if (plan === undefined) return null;
  return `$${plan.statistic}${COMPARISON_OPERATORS[plan.operator]}${plainDecimal(plan.threshold)}`;
}
