import { CloudbellError } from './errors.ts';

/**
 * Where a page ended: the sort key of its last row, as Base64url of JSON. Opaque to callers; it only ever narrows a
 * query that names its account, so a made-up one shows nobody else's rows.
 */
export const encodeCursor = (key: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url');

/** The key, if it is one that the list could have given. Throws `cursor_invalid`. */
export function decodeCursor<K>(cursor: string, isKey: (value: unknown) => value is K): K {
  const value = parsed(cursor);
  if (isKey(value)) return value;
  throw new CloudbellError('cursor_invalid', {
    message: 'The cursor is not one that this list has given.',
    field: 'cursor',
    hint: 'Pass the `next` of the page before, unchanged, or leave the cursor out for the first page.',
  });
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
