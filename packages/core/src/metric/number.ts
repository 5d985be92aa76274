/**
 * Numbers as a callback shows them. Statistics are rounded to 12 significant digits before they are compared or
 * shown, so that the naive mean of thirteen 97.39 is 97.39 and not 97.39000000000001 (semantics.md, Time and windows).
 */
export function round12(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(12)) : value;
}

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
