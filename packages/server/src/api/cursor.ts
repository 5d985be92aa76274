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

/** A page of a list in order of name; `read` is asked for one more than that, which tells whether there is another. */
export async function pageByName<T extends { readonly name: string }>(
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  read: (page: { readonly limit: number; readonly after: string | null }) => Promise<readonly T[]>,
): Promise<{ readonly items: readonly T[]; readonly next: string | null }> {
  const found = await read({ limit: limit + 1, after: cursor === undefined ? null : decodeCursor(cursor) });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? encodeCursor(last.name) : null };
}
