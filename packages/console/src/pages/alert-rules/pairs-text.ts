import { type Dimensions, orderedNames } from '@cloudbell/core/metric/dimensions.ts';

/**
 * Dimensions in one line that a person types: `instanceId=i-12, disk=/dev/sda1`. What that form could not give back
 * exactly (a value with a comma, blanks at an end) is written as JSON, which is read too.
 */
export function textOfPairs(pairs: Dimensions): string {
  const names = orderedNames(pairs);
  const text = names.map((name) => `${name}=${pairs[name]}`).join(', ');
  const isPlain = names.every((name) => isPlainName(name) && isPlainValue(pairs[name] ?? ''));
  return isPlain ? text : JSON.stringify(pairs);
}

const isPlainName = (name: string): boolean => name !== '' && name === name.trim() && !/[=,{]/.test(name);
const isPlainValue = (value: string): boolean => value === value.trim() && !value.includes(',');

/** The dimensions of such a line; what is neither form comes out as a name without value, and the server refuses it. */
export function pairsOf(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) {
    try {
      return JSON.parse(trimmed);
    } catch {
      return trimmed;
    }
  }
  const pairs = trimmed.split(',').filter((part) => part.trim() !== '');
  return Object.fromEntries(
    pairs.map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [part.trim(), ''] : [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    }),
  );
}
