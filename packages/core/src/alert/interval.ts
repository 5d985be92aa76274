/**
 * The effective interval of a rule: `HH:MM-HH:MM` by the clock on the wall of the account's zone. The end minute is
 * included; a start after the end crosses midnight. Instants are event time in ms. The zone's rules come from Intl,
 * so a day with a summer-time change is as long as it is.
 */
export interface EffectiveInterval {
  /** Minutes of the day, 0…1439. */
  readonly start: number;
  readonly end: number;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;

/** Reads what validation let through; anything else counts as all day, since not to notify is the worse error. */
export function parseInterval(text: string): EffectiveInterval {
  const match = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/.exec(text);
  if (match === null) return { start: 0, end: DAY_MINUTES - 1 };
  const [, startHour, startMinute, endHour, endMinute] = match;
  return { start: Number(startHour) * 60 + Number(startMinute), end: Number(endHour) * 60 + Number(endMinute) };
}

export function isAllDay(interval: EffectiveInterval): boolean {
  return (interval.end + 1) % DAY_MINUTES === interval.start;
}

export function isEffective(interval: EffectiveInterval, timeZone: string, at: number): boolean {
  return isAllDay(interval) || contains(interval, minuteOfDay(timeZone, at));
}

/** The first instant after `at` at which the interval holds; for an instant at which it does not. */
export function nextOpening(interval: EffectiveInterval, timeZone: string, at: number): number {
  const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  const ahead = (interval.start - minuteOfDay(timeZone, at) + DAY_MINUTES) % DAY_MINUTES;
  const opening = minute + ahead * MINUTE_MS;
  if (ahead > 0 && minuteOfDay(timeZone, opening) === interval.start) return opening;
  // The clocks change in between: look at every minute of the two days.
  for (let i = 1; i <= 2 * DAY_MINUTES; i++) {
    const candidate = minute + i * MINUTE_MS;
    if (contains(interval, minuteOfDay(timeZone, candidate))) return candidate;
  }
  return opening;
}

export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

function contains({ start, end }: EffectiveInterval, minute: number): boolean {
  return start <= end ? start <= minute && minute <= end : start <= minute || minute <= end;
}

function minuteOfDay(timeZone: string, at: number): number {
  const text = formatOf(timeZone).format(at);
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
}

/** Making a format costs a thousand times as much as using one. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    formats.set(timeZone, format);
  }
  return format;
}
