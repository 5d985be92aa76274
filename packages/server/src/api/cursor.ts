import { CloudbellError } from '../base/errors.ts';

/** Cursors of lists in order of a name: opaque to clients, checked when they come back. */
export const encodeCursor = (after: string): string => Buffer.from(JSON.stringify([after])).toString('base64url');

export function decodeCursor(cursor: string): string {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && parsed.length === 1 && typeof parsed[0] === 'string') return parsed[0];
  } catch {
    // Told below: what is not JSON was not made here either.
  }
  throw new CloudbellError('cursor_invalid', {
    message: 'The cursor was not given by this list.',
    field: 'cursor',
    hint: 'Pass `next` of the page before as it is, or leave it out for the first page.',
  });
}
