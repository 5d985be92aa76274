import { decodeUtf8, encodeUtf8 } from '../callback/utf8.ts';
import { setDimension } from '../metric/dimensions.ts';
import { BYTES, malformed, readLength, readVarint, skipField, varint } from './protobuf.ts';

/**
 * Label bytes: the labels of one series as remote write 1.0 has them, `repeated Label labels = 1` with
 * `Label{string name = 1; string value = 2}`. Whatever protocol a series comes by, this is what it is looked up with.
 */
export interface Labels {
  /** The label `__name__`; empty when there is none. */
  readonly metricName: string;
  /** All others, without those that are empty: an empty label is an absent one. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** A name that occurs twice; null when none does. */
  readonly repeated: string | null;
  /** False when a text is not UTF-8. */
  readonly isUtf8: boolean;
}

const LABEL = (1 << 3) | BYTES;
const NAME = (1 << 3) | BYTES;
const VALUE = (2 << 3) | BYTES;

/** Throws `protobuf_malformed`. `read` makes the texts: by default anew. */
export function readLabels(bytes: Uint8Array, start: number, end: number, read: ReadText = readUtf8): Labels {
  const dimensions: Record<string, string> = {};
  const names: string[] = [];
  let metricName = '';
  let areSorted = true;
  let isUtf8 = true;
  for (let at = start; at < end; ) {
    at = readVarint(bytes, at, end);
    if (varint.value !== LABEL) throw malformed('labels hold something else');
    at = readLength(bytes, at, end);
    const label = readLabel(bytes, at, at + varint.value, read);
    at = label.end;
    const { name, value } = label;
    if (name === null || value === null) {
      isUtf8 = false;
      continue;
    }
    if (names.length > 0 && name <= (names[names.length - 1] as string)) areSorted = false;
    names.push(name);
    if (value === '') continue;
    if (name === '__name__') metricName = value;
    else setDimension(dimensions, name, value);
  }
  // As senders should have them: then none occurs twice, and no set has to be made to know it.
  return { metricName, dimensions, repeated: areSorted ? null : firstRepeated(names), isUtf8 };
}

function firstRepeated(names: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return null;
}

type ReadText = (bytes: Uint8Array, start: number, end: number) => string | null;

function readLabel(
  bytes: Uint8Array,
  start: number,
  end: number,
  read: ReadText,
): { readonly name: string | null; readonly value: string | null; readonly end: number } {
  let name: string | null = '';
  let value: string | null = '';
  for (let at = start; at < end; ) {
    at = readVarint(bytes, at, end);
    const tag = varint.value;
    if (tag !== NAME && tag !== VALUE) {
      at = skipField(bytes, at, end, tag & 7);
      continue;
    }
    at = readLength(bytes, at, end);
    const text = read(bytes, at, at + varint.value);
    at += varint.value;
    if (tag === NAME) name = text;
    else value = text;
  }
  return { name, value, end };
}

/** Null when the bytes are not UTF-8. */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string | null {
  let isAscii = true;
  for (let at = start; at < end && isAscii; at++) isAscii = (bytes[at] as number) < 0x80;
  // An array-like may be applied; the types say that it must be a list.
  if (isAscii && end - start < 8192)
    return String.fromCharCode.apply(null, bytes.subarray(start, end) as unknown as number[]);
  const part = bytes.subarray(start, end);
  const text = decodeUtf8(part);
  if (!text.includes('\ufffd')) return text;
  // The character that stands for what is ill-formed may stand there itself.
  const again = encodeUtf8(text);
  return again.length === part.length && again.every((byte, at) => byte === part[at]) ? text : null;
}
