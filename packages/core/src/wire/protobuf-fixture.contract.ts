import { encodeUtf8 } from '../callback/utf8.ts';

/** Writes protobuf for tests: fields in the order given, nothing left out. Shares nothing with the decoders. */
export type Field = readonly [number: number, value: FieldValue];
type FieldValue =
  | { readonly varint: number | bigint }
  | { readonly double: number }
  | { readonly fixed64: bigint }
  | string
  | Uint8Array
  | readonly Field[];

export function message(...fields: readonly Field[]): Uint8Array {
  const bytes: number[] = [];
  for (const [number, value] of fields) write(bytes, number, value);
  return Uint8Array.from(bytes);
}

/** Strings, bytes and messages of a field that is repeated. */
export const repeated = (number: number, values: readonly (string | Uint8Array)[]): Field[] =>
  values.map((value) => [number, value]);

export const packed = (values: readonly number[]): Uint8Array => {
  const bytes: number[] = [];
  for (const value of values) pushVarint(bytes, BigInt(value));
  return Uint8Array.from(bytes);
};

function write(bytes: number[], number: number, value: FieldValue): void {
  const tag = (wireType: number): void => pushVarint(bytes, BigInt(number * 8 + wireType));
  if (typeof value === 'string' || value instanceof Uint8Array) {
    const content = typeof value === 'string' ? encodeUtf8(value) : value;
    tag(2);
    pushVarint(bytes, BigInt(content.length));
    for (const byte of content) bytes.push(byte);
  } else if ('varint' in value) {
    tag(0);
    pushVarint(bytes, BigInt(value.varint));
  } else if ('double' in value || 'fixed64' in value) {
    tag(1);
    const view = new DataView(new ArrayBuffer(8));
    if ('double' in value) view.setFloat64(0, value.double, true);
    else view.setBigUint64(0, value.fixed64, true);
    bytes.push(...new Uint8Array(view.buffer));
  } else write(bytes, number, message(...value));
}

function pushVarint(bytes: number[], value: bigint): void {
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
}

export interface SeriesFixture {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples?: readonly (readonly [timestamp: number, value: number])[];
}

/** `prometheus.WriteRequest` as Prometheus writes it. */
export function writeRequest1(series: readonly SeriesFixture[]): Uint8Array {
  return message(
    ...series.map(({ labels, samples = [] }): Field => {
      const fields: Field[] = Object.entries(labels).map(([name, value]) => [1, message([1, name], [2, value])]);
      return [1, message(...fields, ...samples.map(([timestamp, value]): Field => [2, sample(timestamp, value)]))];
    }),
  );
}

export const sample = (timestamp: number, value: number): Uint8Array =>
  message([1, { double: value }], [2, { varint: timestamp }]);

export const STALE: Field = [1, { fixed64: 0x7ff0_0000_0000_0002n }];

/** `io.prometheus.write.v2.Request`: symbols first, references packed. */
export function writeRequest2(series: readonly SeriesFixture[]): Uint8Array {
  const symbols = new Map<string, number>([['', 0]]);
  const ref = (text: string): number => {
    const known = symbols.get(text);
    if (known !== undefined) return known;
    symbols.set(text, symbols.size);
    return symbols.size - 1;
  };
  const messages = series.map(({ labels, samples = [] }): Field => {
    const refs = Object.entries(labels).flatMap(([name, value]) => [ref(name), ref(value)]);
    return [
      5,
      message([1, packed(refs)], ...samples.map(([timestamp, value]): Field => [2, sample(timestamp, value)])),
    ];
  });
  return message(...repeated(4, [...symbols.keys()]), ...messages);
}
