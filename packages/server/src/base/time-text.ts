/**
 * How times are written for people outside the console, in one zone: `2026-03-04 06:06:07 (Europe/Berlin)`. An unknown
 * zone throws a RangeError.
 */
export function timeText(timeZone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const suffix = timeZone === 'UTC' ? 'UTC' : `(${timeZone})`;
  return (ms) => {
    const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    const { year, month, day, hour, minute, second } = parts;
    return `${year}-${month}-${day} ${hour}:${minute}:${second} ${suffix}`;
  };
}
