import type { EventContent, ReportedEvent } from './event.ts';
import type { EventRule } from './event-rule.ts';
import { wildcardMatches } from './wildcard.ts';

/** The first filter that an event does not pass. Stable names. */
export const EVENT_MISMATCHES = ['disabled', 'product', 'level', 'type', 'status', 'name', 'keyword'] as const;
export type EventMismatch = (typeof EVENT_MISMATCHES)[number];

/** Null when the rule forwards the event. Cheap filters first: this runs for every event and every rule of an account. */
export function eventMismatch(rule: EventRule, event: ReportedEvent): EventMismatch | null {
  if (!rule.enabled) return 'disabled';
  if (rule.product !== null && rule.product !== event.product) return 'product';
  if (!passes(rule.levels, event.level)) return 'level';
  if (!passes(rule.types, event.type)) return 'type';
  if (!passes(rule.statuses, event.status)) return 'status';
  const { names, keyword } = rule;
  if (names.length > 0 && !names.some((pattern) => wildcardMatches(pattern, event.name))) return 'name';
  if (keyword !== null && !contentHolds(event.content, keyword)) return 'keyword';
  return null;
}

function passes(filter: readonly string[], value: string): boolean {
  return filter.length === 0 || filter.includes(value);
}

/**
 * Whether the content holds the keyword, in any case of letters: in a text anywhere, in an object in any of its texts,
 * or across its JSON as written without blanks, so that `"code":503` can be asked for too.
 */
export function contentHolds(content: EventContent, keyword: string): boolean {
  const wanted = keyword.toLowerCase();
  const holds = (text: string): boolean => text.toLowerCase().includes(wanted);
  if (typeof content === 'string') return holds(content);
  return holds(JSON.stringify(content)) || textsOf(content).some(holds);
}

/** The texts of a JSON value as they are, without the escapes of JSON. Its depth was checked at the door. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}
