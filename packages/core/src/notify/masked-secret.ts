/**
 * A secret as answers show it: `***9f2c`. A masked one that comes back with a write stands for the stored one, so that
 * what was read can be edited and written back. A robot's secret has a mask of its own ({@link ./robot-secret.ts}).
 */
const MASK = /^\*{3}.{0,4}$/;
/** A secret shorter than this gives none of its end away. */
const LENGTH_SHOWN_MIN = 20;

export const isMasked = (text: string): boolean => MASK.test(text);

/** Enough for the one who has it to tell it from another. What is masked already stays as it is. */
export function masked(secret: string): string {
  if (isMasked(secret)) return secret;
  return `***${secret.length < LENGTH_SHOWN_MIN ? '' : secret.slice(-4)}`;
}
