import { asError, CloudbellError } from '../base/errors.ts';

/**
 * JSON, and what many programs send for it: a bare NaN or Infinity (Python's json.dumps does). One such value must cost
 * its sample, not the batch, so these words become texts, which are then refused where they stand.
 */
export function parseLenientJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    const quoted = quoteBareWords(text);
    if (quoted === null) throw malformed(thrown);
    try {
      return JSON.parse(quoted);
    } catch (again) {
      throw malformed(again);
    }
  }
}

const BARE_WORD = /-?(?:NaN|Infinity)\b/y;

/** Null when there was nothing to quote. One pass over the text: each piece is looked at once. */
function quoteBareWords(text: string): string | null {
  const pieces: string[] = [];
  let kept = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text[at];
    if (unit === '"') at = endOfText(text, at);
    else if (unit === 'N' || unit === 'I' || unit === '-') {
      BARE_WORD.lastIndex = at;
      const word = BARE_WORD.exec(text)?.[0];
      if (word === undefined) continue;
      pieces.push(text.slice(kept, at), `"${word}"`);
      kept = at + word.length;
      at = kept - 1;
    }
  }
  return pieces.length === 0 ? null : pieces.join('') + text.slice(kept);
}

/** Index of the quote that ends the text begun at `start`, or the end of all. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function malformed(thrown: unknown): CloudbellError {
  const cause = asError(thrown);
  return new CloudbellError('body_malformed', {
    message: `The body is not valid JSON: ${cause.message.slice(0, 200)}.`,
    hint: 'Check quotes, commas and braces; send UTF-8.',
    cause,
  });
}
