import { useContactGroups } from './contacts.ts';
import { useEventRules } from './event-rules.ts';
import { useRules } from './rules.ts';

/** Which rules name which contact group, by names of rules; of both kinds. */
export interface GroupNames {
  readonly rulesOf: (group: string) => readonly string[];
  /** Named by a rule, and not there. Empty while it is not known. */
  readonly unknown: readonly string[];
}

export function useGroupNames(): GroupNames {
  const rules = useRules().data?.items ?? [];
  const eventRules = useEventRules().data?.items ?? [];
  const groups = useContactGroups().data;
  const naming = new Map<string, string[]>();
  for (const rule of [...rules, ...eventRules])
    for (const group of rule.contactGroups) naming.set(group, [...(naming.get(group) ?? []), rule.ruleName]);
  const known = groups?.map((group) => group.name);
  const unknown = known === undefined ? [] : [...naming.keys()].filter((name) => !known.includes(name)).sort();
  return { rulesOf: (group) => naming.get(group) ?? [], unknown };
}
