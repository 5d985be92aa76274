import type { EventContent, ReportedEvent } from './event.ts';
import type { EventRule } from './event-rule.ts';
import { wildcardMatches } from './wildcard.ts';

/** The first filter that an event does not pass. Stable names. */
export const EVENT_MISMATCHES = ['disabled', 'product', 'level', 'type', 'status', 'name', 'keyword'] as const;
export type EventMismatch = (typeof EVENT_MISMATCHES)[number];

/**
 * Answers, for one rule after the other, why it does not forward the event, or null when it does. Cheap filters first:
 * this runs for every event and every rule of an account. The content is made ready to be searched once.
 */
export function eventMatcher(event: ReportedEvent): (rule: EventRule) => EventMismatch | null {
  let texts: readonly string[] | null = null;
  const holds = (keyword: string): boolean => {
    texts ??= searchedTexts(event.content);
    const wanted = keyword.toLowerCase();
    return texts.some((text) => text.includes(wanted));
  };
  return (rule) => mismatchOf(rule, event, holds);
}

function mismatchOf(
  rule: EventRule,
  event: ReportedEvent,
  contentHolds: (keyword: string) => boolean,
): EventMismatch | null {
  if (!rule.enabled) return 'disabled';
  if (rule.product !== null && rule.product !== event.product) return 'product';
  if (!passes(rule.levels, event.level)) return 'level';
  if (!passes(rule.types, event.type)) return 'type';
  if (!passes(rule.statuses, event.status)) return 'status';
  const { names, keyword } = rule;
  if (names.length > 0 && !names.some((pattern) => wildcardMatches(pattern, event.name))) return 'name';
  if (keyword !== null && !contentHolds(keyword)) return 'keyword';
  return null;
}

function passes(filter: readonly string[], value: string): boolean {
  return filter.length === 0 || filter.includes(value);
}

/**
 * Where a keyword may stand, in small letters: in a text; in an object in any of its texts, or across its JSON as written
 * without blanks, so that `"code":503` can be asked for too.
 */
function searchedTexts(content: EventContent): readonly string[] {
  const texts = typeof content === 'string' ? [content] : [JSON.stringify(content), ...textsOf(content)];
  return texts.map((text) => text.toLowerCase());
}

/** The texts of a JSON value as they are, without the escapes of JSON. Its depth was checked at the door. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}
