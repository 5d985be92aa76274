/**
 * JSON lines as bytes and back, without the DOM's TextEncoder, which core does without. What is not ASCII is escaped
 * as JSON allows, so every character is one byte; lines are coded one by one, so no text grows beyond what a string
 * can hold.
 */
export function encodeLines(values: Iterable<unknown>): Uint8Array {
  let bytes = new Uint8Array(1 << 16);
  let used = 0;
  for (const value of values) {
    const json = JSON.stringify(value);
    const text = NOT_ASCII.test(json) ? json.replace(ALL_NOT_ASCII, escapeUnit) : json;
    if (used + text.length + 1 > bytes.length) {
      const larger = new Uint8Array(Math.max(bytes.length * 2, used + text.length + 1));
      larger.set(bytes);
      bytes = larger;
    }
    for (let i = 0; i < text.length; i++) bytes[used + i] = text.charCodeAt(i);
    used += text.length;
    bytes[used++] = 0x0a;
  }
  return bytes.slice(0, used);
}

export function* decodeLines(bytes: Uint8Array): Generator<unknown> {
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(0x0a, start);
    if (end === -1) throw new Error('checkpoint is cut off');
    yield JSON.parse(asciiText(bytes.subarray(start, end)));
    start = end + 1;
  }
}

const NOT_ASCII = /[\u0080-\uffff]/;
const ALL_NOT_ASCII = /[\u0080-\uffff]/g;

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function asciiText(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode.apply(null, bytes.subarray(at, at + 4096) as unknown as number[]);
  }
  return text;
}
