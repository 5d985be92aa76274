import { decodeCursor, encodeCursor } from '../base/cursor.ts';

const isName = (key: unknown): key is readonly [string] =>
  Array.isArray(key) && key.length === 1 && typeof key[0] === 'string';

/** A page of a list in order of a name; `read` is asked for one more than that, which tells whether there is another. */
export async function pageBy<T>(
  nameOf: (item: T) => string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  read: (page: { readonly limit: number; readonly after: string | null }) => Promise<readonly T[]>,
): Promise<{ readonly items: readonly T[]; readonly next: string | null }> {
  const after = cursor === undefined ? null : decodeCursor(cursor, isName)[0];
  const found = await read({ limit: limit + 1, after });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? encodeCursor([nameOf(last)]) : null };
}

/** The same, of things with a `name`. */
export const pageByName = <T extends { readonly name: string }>(
  query: { readonly limit: number; readonly cursor?: string | undefined },
  read: (page: { readonly limit: number; readonly after: string | null }) => Promise<readonly T[]>,
) => pageBy(({ name }: T) => name, query, read);
