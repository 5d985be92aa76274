/**
 * Numbers as a callback shows them. Statistics are rounded to 12 significant digits before they are compared or
 * shown, so that the naive mean of thirteen 97.39 is 97.39 and not 97.39000000000001 (semantics.md, Time and windows).
 */
export function round12(value: number): number {
  if (!Number.isFinite(value)) return value;
  return roundFast(value) ?? Number(value.toPrecision(12));
}

/**
 * The same without making a text, ten times as fast, for the usual sizes; null where it could not be sure.
 * Twelve digits as a whole number are exact, powers of ten up to 1e22 are, and so one division rounds correctly. Only
 * the scaling may be off by a few parts in 1e16: near a half it could decide otherwise than the exact value would.
 */
function roundFast(value: number): number | null {
  const size = Math.abs(value);
  if (size >= 1e11 || size < 1e-10) return size < 1e12 && Number.isInteger(value) ? value : null;
  const scale = POWERS_OF_TEN[11 - Math.floor(Math.log10(size))];
  if (scale === undefined) return null;
  const digits = size * scale;
  const whole = Math.floor(digits);
  const rest = digits - whole;
  if (whole < 1e11 || whole >= 1e12 || Math.abs(rest - 0.5) < 0.001) return null;
  const rounded = (rest > 0.5 ? whole + 1 : whole) / scale;
  return value < 0 ? -rounded : rounded;
}

const POWERS_OF_TEN = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * Shortest plain decimal that reads back as the same number: `97.39`, `0.0000001`, `0` for -0.
 * Never an exponent: receivers parse this with whatever they have.
 */
export function plainDecimal(value: number): string {
  if (value === 0) return '0';
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match;
  const digits = whole + fraction;
  const point = 1 + Number(exponentText);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return `${sign}${digits}${'0'.repeat(point - digits.length)}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
