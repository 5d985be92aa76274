import { element } from './element.js';

const SYMBOLS = new Map([
  ['CRITICAL', '▲'],
  ['WARN', '▲'],
  ['INFO', '●'],
  ['OK', '✓'],
]);

/**
 * @param {string | null} level
 * @returns {HTMLElement} the level as a word and a shape, so that nobody needs its colour
 */
export function levelBadge(level) {
  const name = level ?? 'unknown';
  const symbol = element('span', { 'aria-hidden': 'true' }, [SYMBOLS.get(name) ?? '?']);
  return element('span', { class: 'badge', 'data-level': name }, [symbol, ` ${name}`]);
}

/** @type {Intl.DateTimeFormatOptions} */
const DAY_AND_MINUTE = { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' };

/**
 * @param {number} ms wall clock
 * @returns {HTMLElement} local time of day, and the date too when it is not today's
 */
export function timeOf(ms) {
  const date = new Date(ms);
  const isToday = date.toDateString() === new Date().toDateString();
  const text = isToday ? date.toLocaleTimeString() : date.toLocaleString(undefined, DAY_AND_MINUTE);
  return element('time', { datetime: date.toISOString(), title: date.toISOString() }, [text]);
}

const UNITS = /** @type {const} */ ([
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
]);

/**
 * @param {number} ms
 * @returns {string} `4 min`, `3 h`, `850 ms`: one unit, rounded down
 */
export function durationText(ms) {
  for (const [unit, size] of UNITS) if (ms >= size) return `${Math.floor(ms / size)} ${unit}`;
  return `${Math.max(0, Math.round(ms))} ms`;
}

/**
 * @param {Readonly<Record<string, string>>} dimensions
 * @returns {string} `instanceId=i-12, disk=/dev/sda1`: without the account, which is the reader's own
 */
export function resourceText(dimensions) {
  const pairs = Object.entries(dimensions).filter(([name]) => name !== 'userId');
  return pairs.map(([name, value]) => `${name}=${value}`).join(', ') || 'the whole account';
}

/**
 * @param {readonly (readonly [name: string, value: string | null])[]} pairs
 * @returns {HTMLElement}
 */
export function factList(pairs) {
  return element(
    'dl',
    { class: 'facts' },
    pairs.map(([name, value]) => element('div', {}, [element('dt', {}, [name]), element('dd', {}, [value ?? '–'])])),
  );
}
