import { readUtf8 } from './label-bytes.ts';
import type { FieldKind, MessageSchema } from './otlp-schema.ts';
import { BYTES, FIXED64, malformed, readLength, readVarint, skipField, VARINT, varint } from './protobuf.ts';

/** Messages of one request; each is an object, and one may take two bytes. */
const OBJECTS_MAX = 2_000_000;

type Message = Record<string, unknown>;

interface Source {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  objects: number;
}

/**
 * A protobuf message as an object, by its schema: for protocols that are not the hot path. Fields that the schema does
 * not name are passed over. Throws `protobuf_malformed`.
 */
export function readMessage(bytes: Uint8Array, length: number, schema: MessageSchema): Message {
  const source = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, length), objects: 0 };
  return readFields(source, [0, length], schema);
}

function readFields(source: Source, [start, end]: readonly [number, number], schema: MessageSchema): Message {
  const { bytes } = source;
  const message: Message = {};
  if (++source.objects > OBJECTS_MAX) throw malformed('it has too many parts');
  for (let at = start; at < end; ) {
    at = readVarint(bytes, at, end);
    const wireType = varint.value & 7;
    const field = schema[Math.floor(varint.value / 8)];
    if (field === undefined || !fits(field.kind, wireType, field.isList === true)) {
      at = skipField(bytes, at, end, wireType);
      continue;
    }
    const { name, kind, isList } = field;
    if (isList !== true) {
      at = readInto(source, [at, end], kind, (value) => {
        message[name] = value;
      });
      continue;
    }
    const values = (message[name] ?? []) as unknown[];
    message[name] = values;
    const push = (value: unknown): void => void values.push(value);
    if (wireType === BYTES && (kind === 'double' || kind === 'fixed')) {
      at = readLength(bytes, at, end);
      for (const stop = at + varint.value; at < stop; ) at = readInto(source, [at, stop], kind, push);
    } else at = readInto(source, [at, end], kind, push);
  }
  return message;
}

function fits(kind: FieldKind, wireType: number, isList: boolean): boolean {
  if (kind === 'int' || kind === 'bool') return wireType === VARINT;
  if (kind === 'double' || kind === 'fixed' || kind === 'sfixed')
    return wireType === FIXED64 || (isList && wireType === BYTES);
  return wireType === BYTES;
}

/** Reads one value, hands it on, and answers the position behind it. */
function readInto(
  source: Source,
  [start, end]: readonly [number, number],
  kind: FieldKind,
  take: (value: unknown) => void,
): number {
  const { bytes, view } = source;
  if (kind === 'int' || kind === 'bool') {
    const next = readVarint(bytes, start, end);
    take(kind === 'bool' ? varint.value !== 0 : varint.value);
    return next;
  }
  if (kind === 'double' || kind === 'fixed' || kind === 'sfixed') {
    if (start + 8 > end) throw malformed('it ends within a number');
    const low = view.getUint32(start, true);
    if (kind === 'double') take(view.getFloat64(start, true));
    else take((kind === 'fixed' ? view.getUint32(start + 4, true) : view.getInt32(start + 4, true)) * 2 ** 32 + low);
    return start + 8;
  }
  const from = readLength(bytes, start, end);
  const stop = from + varint.value;
  take(kind === 'text' ? (readUtf8(bytes, from, stop) ?? '\ufffd') : readFields(source, [from, stop], kind));
  return stop;
}
