import { useEventRules } from './event-rules.ts';
import { useRules } from './rules.ts';

/** Names of alert rules and event rules by id, for lists that show both; an id without a rule is its own name. */
export function useRuleNames(): (ruleId: string) => string {
  const rules = useRules().data?.items ?? [];
  const eventRules = useEventRules().data?.items ?? [];
  const names = new Map([...eventRules, ...rules].map((rule) => [rule.ruleId, rule.ruleName]));
  return (ruleId) => names.get(ruleId) ?? ruleId;
}
