const ESCAPED_PREFIX = 'U__';

/**
 * A name in a path, as Prometheus 3 escapes it: behind `U__` a character that is no letter, digit or colon is its code
 * point in hex between underscores, and an underscore is two. What is not well escaped is taken as it is.
 */
export function labelName(text: string): string {
  if (!text.startsWith(ESCAPED_PREFIX)) return text;
  const escaped = text.slice(ESCAPED_PREFIX.length);
  if (!/^(?:[A-Za-z0-9:]|__|_[0-9A-Fa-f]{1,6}_)*$/.test(escaped)) return text;
  return escaped.replaceAll(/__|_([0-9A-Fa-f]+)_/g, (_, hex: string | undefined) => {
    const point = Number.parseInt(hex ?? '5f', 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  });
}
