import type { Level } from '../rule/rule.ts';

/**
 * Which events are forwarded to whom, complete: every default is filled in, every field validated. An event has to
 * pass every filter; an empty list (a null) lets everything pass. Event rules have no callback: the document says so.
 */
export interface EventRule {
  readonly account: string;
  readonly ruleId: string;
  /** 1 for the first write; grows by one with each change, deletion included. */
  readonly version: number;
  readonly ruleName: string;
  readonly enabled: boolean;
  readonly product: string | null;
  readonly types: readonly string[];
  readonly levels: readonly Level[];
  /** Names of events; `*` stands for any run of characters. */
  readonly names: readonly string[];
  readonly statuses: readonly string[];
  /** Has to stand in the content, in any case of letters. */
  readonly keyword: string | null;
  readonly contactGroups: readonly string[];
  /** s between notifications of the same (rule, resource, event name); 0 notifies every one. */
  readonly silenceTime: number;
}

export const EVENT_RULE_LIMITS = {
  /** Entries of each list of the rule. */
  entries: 100,
  /** Every event is compared with all of them while it is stored. */
  rulesPerAccount: 1000,
} as const;
