/**
 * Dimensions: the resource a sample belongs to, `{userId=12, instanceId=i-12}` (design.md §1).
 *
 * Two texts exist for one set of dimensions, and they are never mixed up:
 * - the *canonical key* identifies it inside Cloudbell (sorted, unambiguous whatever the values hold);
 * - the *display text* is what a callback carries (semantics.md, Callback fields).
 */
export type Dimensions = Readonly<Record<string, string>>;

/** Identifies one set of dimensions; equal keys mean equal dimensions, whatever order they were written in. */
export type DimensionsKey = string;

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Names in code-unit order. Most senders have them so already, and a sort costs more than the look. */
export function sortedNames(dimensions: Dimensions): string[] {
  const names = Object.keys(dimensions);
  for (let i = 1; i < names.length; i++) {
    if ((names[i - 1] as string) > (names[i] as string)) return names.sort(byCodeUnit);
  }
  return names;
}

/** Names in code-unit order, with `userId` first when present. */
export function orderedNames(dimensions: Dimensions): string[] {
  const names = sortedNames(dimensions);
  const at = names.indexOf('userId');
  if (at > 0) {
    names.splice(at, 1);
    names.unshift('userId');
  }
  return names;
}

/** A JSON array of name, value, name, value … in code-unit order of the names: no value can imitate a separator. */
export function dimensionsKey(dimensions: Dimensions): DimensionsKey {
  const parts: string[] = [];
  for (const name of sortedNames(dimensions)) parts.push(name, dimensions[name] ?? '');
  return JSON.stringify(parts);
}

/** The inverse of {@link dimensionsKey}. */
export function dimensionsOfKey(key: DimensionsKey): Dimensions {
  const parts = JSON.parse(key) as string[];
  const dimensions: Record<string, string> = {};
  for (let i = 0; i + 1 < parts.length; i += 2) setDimension(dimensions, parts[i] as string, parts[i + 1] as string);
  return dimensions;
}

/** A dimension called `__proto__` stays a dimension; all others by assignment, which is many times faster. */
export function setDimension(dimensions: Record<string, string>, name: string, value: string): void {
  if (name !== '__proto__') dimensions[name] = value;
  else Object.defineProperty(dimensions, name, { value, enumerable: true, writable: true, configurable: true });
}

/** `{userId=12, instanceId=i-12}`: the form a callback carries, nothing quoted, nothing injected. */
export function dimensionsText(dimensions: Dimensions): string {
  return `{${orderedNames(dimensions)
    .map((name) => `${name}=${dimensions[name]}`)
    .join(', ')}}`;
}

/** True when `dimensions` contains every pair of `selector`; an empty selector matches everything. */
export function dimensionsContain(dimensions: Dimensions, selector: Dimensions): boolean {
  for (const name of Object.keys(selector)) {
    if (!Object.hasOwn(dimensions, name) || dimensions[name] !== selector[name]) return false;
  }
  return true;
}
