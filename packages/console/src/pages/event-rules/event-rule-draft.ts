import type { EventRule } from '../../data/event-rules.ts';

/** An event rule while somebody types it; the server says what is wrong. */
export interface EventRuleDraft {
  readonly ruleId: string;
  readonly ruleName: string;
  readonly enabled: boolean;
  /** Empty: every product. */
  readonly product: string;
  readonly types: readonly string[];
  readonly levels: readonly string[];
  readonly names: readonly string[];
  readonly statuses: readonly string[];
  readonly keyword: string;
  readonly contactGroups: readonly string[];
  readonly silenceTime: string;
}

export const NEW_EVENT_RULE: EventRuleDraft = {
  ruleId: '',
  ruleName: '',
  enabled: true,
  product: '',
  types: [],
  levels: [],
  names: [],
  statuses: [],
  keyword: '',
  contactGroups: [],
  silenceTime: '0',
};

export const draftOf = (rule: EventRule): EventRuleDraft => ({
  ruleId: rule.ruleId,
  ruleName: rule.ruleName,
  enabled: rule.enabled,
  product: rule.product ?? '',
  types: rule.types,
  levels: rule.levels,
  names: rule.names,
  statuses: rule.statuses,
  keyword: rule.keyword ?? '',
  contactGroups: rule.contactGroups,
  silenceTime: String(rule.silenceTime),
});

/** The JSON to PUT. */
export const bodyOf = (draft: EventRuleDraft): Record<string, unknown> => ({
  ruleName: draft.ruleName.trim() || null,
  enabled: draft.enabled,
  product: draft.product.trim() || null,
  types: draft.types,
  levels: draft.levels,
  names: draft.names,
  statuses: draft.statuses,
  keyword: draft.keyword || null,
  contactGroups: draft.contactGroups,
  silenceTime: numberOr(draft.silenceTime),
});

/** What is no number goes out as it was typed, and the server names the field. */
function numberOr(text: string): number | string {
  const number = Number(text.trim());
  return text.trim() === '' || !Number.isFinite(number) ? text : number;
}
