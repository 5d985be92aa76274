/**
 * Names and values come from whoever sends samples. In a message they must not break a line, turn the direction of
 * what follows them, or fill the page: what could is replaced, and what is too long is cut.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const BREAKING = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
/** Bidirectional overrides, embeddings, isolates and marks: they reach beyond the text they stand in. */
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** One line of well-formed text without control characters, at most `lengthMax` UTF-16 units and an ellipsis. */
export function plainText(text: string, lengthMax: number): string {
  const clean = text.toWellFormed().replace(BREAKING, ' ').replace(TURNING, '').trim();
  return clean.length <= lengthMax ? clean : `${clean.slice(0, lengthMax).replace(/[\ud800-\udbff]$/, '')}…`;
}
