import type { ErrorCode } from '../contract/error-codes.ts';
import type { Problem } from '../contract/problem.ts';
import { suggestion } from '../metric/closest-name.ts';
import { isObject, kindOf, longerThan, nameFault } from '../metric/text-size.ts';
import { LEVELS, type Level } from '../rule/rule.ts';
import { EVENT_LIMITS, type EventContent, type ReportedEvent } from './event.ts';

/**
 * What an event must be to be taken, as `POST /api/v1/events` sends it. Pure: the present time comes in. Unlike a
 * sample an event may be old, for no window waits for it; it is forwarded all the same.
 */
export interface EventTimes {
  /** ms: the timestamp of an event that has none. */
  readonly nowMs: number;
  /** How far ahead of it a timestamp may be, ms. */
  readonly futureMaxMs: number;
}

export const EVENT_FIELDS = [
  'product',
  'type',
  'level',
  'name',
  'status',
  'content',
  'resourceId',
  'instanceName',
  'timestamp',
] as const;
const FIELDS: ReadonlySet<string> = new Set(EVENT_FIELDS);
/** Before this, what was meant as ms is s: it would be 1973. */
const TIMESTAMP_MS_MIN = 1e11;

/** The event, or the first thing that is wrong with it. */
export function readEvent(
  item: unknown,
  times: EventTimes,
): { readonly event: ReportedEvent } | { readonly problem: Problem } {
  if (!isObject(item)) {
    const hint = 'Send {"product":…,"type":…,"level":…,"name":…,"status":…,"content":…}.';
    return { problem: { code: 'event_invalid', message: `The event is ${kindOf(item)}, not an object.`, hint } };
  }
  const problem =
    fieldsProblem(item) ??
    namesProblem(item) ??
    levelProblem(item.level) ??
    contentProblem(item.content) ??
    timestampProblem(item.timestamp ?? times.nowMs, times);
  if (problem !== null) return { problem };
  return {
    event: {
      product: item.product as string,
      type: item.type as string,
      level: item.level as Level,
      name: item.name as string,
      status: item.status as string,
      content: item.content as EventContent,
      resourceId: (item.resourceId ?? null) as string | null,
      instanceName: (item.instanceName ?? null) as string | null,
      timestamp: (item.timestamp ?? times.nowMs) as number,
    },
  };
}

function fieldsProblem(item: Readonly<Record<string, unknown>>): Problem | null {
  for (const name of Object.keys(item)) {
    if (FIELDS.has(name)) continue;
    const shown = name.slice(0, 64);
    const message = `An event has no field "${shown}".`;
    return found('event_field_unknown', shown, message, suggestion(name, EVENT_FIELDS));
  }
  return null;
}

function namesProblem(item: Readonly<Record<string, unknown>>): Problem | null {
  for (const field of ['product', 'type', 'name', 'status'] as const) {
    const fault = nameFault(item[field], EVENT_LIMITS.nameBytes);
    if (fault === null) continue;
    const hint = `Write a text of at most ${EVENT_LIMITS.nameBytes} bytes.`;
    return found('event_field_invalid', field, `The ${field} ${fault}.`, hint);
  }
  for (const [field, bytesMax] of [
    ['resourceId', EVENT_LIMITS.resourceIdBytes],
    ['instanceName', EVENT_LIMITS.nameBytes],
  ] as const) {
    const value = item[field] ?? null;
    const fault = value === null ? null : nameFault(value, bytesMax);
    if (fault !== null) {
      return found('event_field_invalid', field, `The ${field} ${fault}.`, 'Leave it out, or shorten it.');
    }
  }
  return null;
}

function levelProblem(level: unknown): Problem | null {
  if (typeof level === 'string' && (LEVELS as readonly string[]).includes(level)) return null;
  const shown = typeof level === 'string' ? `"${level.slice(0, 32)}"` : kindOf(level);
  return found('event_level_invalid', 'level', `The level is ${shown}.`, suggestion(String(level), LEVELS));
}

function contentProblem(content: unknown): Problem | null {
  const bad = (message: string, hint: string): Problem => found('event_content_invalid', 'content', message, hint);
  if (typeof content !== 'string' && !isObject(content)) {
    return bad(`The content is ${kindOf(content)}, neither a text nor an object.`, 'Write "" when there is none.');
  }
  if (deeperThan(content, EVENT_LIMITS.contentDepth)) {
    return bad(`The content is nested more than ${EVENT_LIMITS.contentDepth} deep.`, 'Send it as a text.');
  }
  if (longerThan(JSON.stringify(content), EVENT_LIMITS.contentBytes)) {
    const hint = 'Send what people need to see, and a link to the rest.';
    return bad(`The content is longer than ${EVENT_LIMITS.contentBytes} bytes of JSON.`, hint);
  }
  return null;
}

/** Goes no deeper than it must: JSON of a few KB can be nested deeper than the stack. */
function deeperThan(value: unknown, depthMax: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depthMax === 0 || Object.values(value).some((each) => deeperThan(each, depthMax - 1));
}

function timestampProblem(timestamp: unknown, { nowMs, futureMaxMs }: EventTimes): Problem | null {
  const field = 'timestamp';
  if (typeof timestamp !== 'number' || !Number.isSafeInteger(timestamp) || timestamp < 0) {
    const shown = typeof timestamp === 'number' ? String(timestamp) : kindOf(timestamp);
    const message = `The timestamp is ${shown}, not a whole number of ms.`;
    return found('event_timestamp_invalid', field, message, 'Send ms since 1970 as a number, or leave it out for now.');
  }
  if (timestamp < TIMESTAMP_MS_MIN) {
    const message = `The timestamp ${timestamp} is in s, not in ms.`;
    return found('event_timestamp_invalid', field, message, 'Multiply it by 1000, or leave it out for now.');
  }
  if (timestamp - nowMs <= futureMaxMs) return null;
  const hint = timestamp > nowMs * 100 ? 'It looks like µs or ns: divide to ms.' : 'Check the clock of the sender.';
  const aheadS = Math.round((timestamp - nowMs) / 1000);
  return found('event_timestamp_future', field, `The timestamp is ${aheadS} s ahead of the clock.`, hint);
}

function found(code: ErrorCode, field: string, message: string, hint: string): Problem {
  return { code, field, message, hint };
}
