/** `before`, `after`: what stands at `path`; undefined where nothing does. */
export interface FieldChange {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Differences leaf by leaf; lists are leaves. The order of an object's members says nothing. */
export function changesBetween(before: unknown, after: unknown, path = ''): FieldChange[] {
  const [left, right] = [members(before), members(after)];
  if (
    (left === null && right === null) ||
    (left === null && before !== undefined) ||
    (right === null && after !== undefined)
  ) {
    return sameValue(before, after) ? [] : [{ path, before, after }];
  }
  const names = [...new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})])];
  if (names.length === 0) return sameValue(before, after) ? [] : [{ path, before, after }];
  return names.flatMap((name) => changesBetween(left?.[name], right?.[name], path === '' ? name : `${path}.${name}`));
}

const members = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;

const sameValue = (a: unknown, b: unknown): boolean => JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  const object = members(value);
  if (object === null) return value ?? null;
  return Object.fromEntries(
    Object.keys(object)
      .sort()
      .map((name) => [name, canonical(object[name])]),
  );
}
