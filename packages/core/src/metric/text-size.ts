/**
 * Sizes and forms of the short texts that name things: limits count UTF-8 bytes, as the wire and the store do
 * (semantics.md, Limits). Pure core has no TextEncoder, so the bytes are counted here.
 */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < text.length) {
      bytes += 4;
      i += 1;
    } else bytes += 3;
  }
  return bytes;
}

/** False at once for the common short text: no code unit takes more than three bytes. */
export function longerThan(text: string, bytesMax: number): boolean {
  return text.length * 3 > bytesMax && utf8Bytes(text) > bytesMax;
}

/** C0, DEL and C1: invisible on screens, and able to forge lines in logs. */
export function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || (unit >= 0x7f && unit < 0xa0)) return true;
  }
  return false;
}

/** What is wrong with a name as a continuation of "the name …"; null when nothing is. */
export function nameFault(text: unknown, bytesMax: number): string | null {
  if (typeof text !== 'string') return `is ${kindOf(text)}, not a text`;
  if (text === '') return 'is empty';
  if (longerThan(text, bytesMax)) return `is longer than ${bytesMax} bytes of UTF-8`;
  if (!text.isWellFormed()) return 'holds half of a surrogate pair';
  if (hasControlCharacter(text)) return 'holds a control character';
  return null;
}

/** The kind of a JSON value, for messages. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'absent';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'boolean' ? String(value) : `a ${typeof value === 'string' ? 'text' : typeof value}`;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
