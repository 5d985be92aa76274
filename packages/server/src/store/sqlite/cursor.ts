import { CloudbellError } from '../../base/errors.ts';

/**
 * Where a page ended: the sort key of its last row, its time and its key in the table. Base64url of JSON, opaque to
 * callers; it only ever narrows a query that names its account, so a made-up one shows nobody else's rows.
 */
export type Cursor = readonly [time: number, key: number];

export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** Null for the first page. Throws `cursor_invalid`. */
export function decodeCursor(text: string | null): Cursor | null {
  if (text === null) return null;
  const value = parsed(text);
  if (Array.isArray(value) && value.length === 2 && value.every(Number.isSafeInteger)) return [value[0], value[1]];
  throw new CloudbellError('cursor_invalid', {
    message: 'The cursor is not one that this list has given.',
    hint: 'Pass the `next` of the page before, unchanged, or leave the cursor out for the first page.',
    field: 'cursor',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
