import { type Dimensions, orderedNames } from '@cloudbell/core/metric/dimensions.ts';
import { plainDecimal } from '@cloudbell/core/metric/number.ts';
import { shownEndpoint } from '@cloudbell/core/notify/shown-endpoint.ts';
import { COMPARISON_OPERATORS, type Escalation } from '@cloudbell/core/rule/rule.ts';

/** Numbers, times and resources as people read them. */
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** `4 min`, `3 h`, `850 ms`: one unit, rounded down. */
export function durationText(ms: number): string {
  for (const [unit, size] of UNITS) if (ms >= size) return `${Math.floor(ms / size)} ${unit}`;
  return `${Math.max(0, Math.round(ms))} ms`;
}

/** `1 h`, `90 s`: a length that was chosen, exactly. */
export function secondsText(seconds: number): string {
  for (const [unit, size] of UNITS) {
    const one = size / 1000;
    if (seconds >= one && seconds % one === 0) return `${seconds / one} ${unit}`;
  }
  return `${seconds} s`;
}

const TIME: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false };
const DAY: Intl.DateTimeFormatOptions = { day: '2-digit', month: 'short' };

/** Local time of day, with the date when it is not today's. */
export function timeText(ms: number, now = Date.now()): string {
  const date = new Date(ms);
  const time = date.toLocaleTimeString('en-GB', TIME);
  if (date.toDateString() === new Date(now).toDateString()) return time;
  const isThisYear = date.getFullYear() === new Date(now).getFullYear();
  return `${date.toLocaleDateString('en-GB', isThisYear ? DAY : { ...DAY, year: 'numeric' })}, ${time}`;
}

/** `instanceId=i-12, disk=/dev/sda1`: without the account, which is the reader's own. */
export function resourceText(dimensions: Dimensions): string {
  const names = orderedNames(dimensions).filter((name) => name !== 'userId');
  const pairs = (names.length === 0 ? orderedNames(dimensions) : names).map((name) => `${name}=${dimensions[name]}`);
  return pairs.join(', ') || 'the whole account';
}

/** A value as callbacks show it: never an exponent. */
export const valueText = (value: number): string => plainDecimal(value);

/** `Average >= 95`, with how often in a row when it is more than once. */
export function conditionText({ statistics, comparisonOperator, threshold, times }: Escalation): string {
  const often = times > 1 ? ` × ${times}` : '';
  return `${statistics} ${COMPARISON_OPERATORS[comparisonOperator]} ${plainDecimal(threshold)}${often}`;
}

/** `$Average>=95` of a notification, as conditions read everywhere else: `Average >= 95`. */
export const expressionText = (expression: string): string => expression.replace(/^\$(\w+?)([<>=!]+)(.+)$/, '$1 $2 $3');

/** `1,234`; whole numbers. */
export const countText = (count: number): string => Math.round(count).toLocaleString('en-GB');

/** An endpoint without its scheme and without what may be secret in it: enough to tell endpoints apart. */
export const endpointText = (endpoint: string): string => shownEndpoint(endpoint).replace(/^https?:\/\//i, '');
