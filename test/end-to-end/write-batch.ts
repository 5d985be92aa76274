import { encodeLabels, plainWriteRequest } from '../../bench/remote-write.ts';

/**
 * Remote write 1.0 batches of one sample for each of the same series, made by putting another timestamp into the bytes
 * of the first: a sender that encodes each anew is slower than what it sends to.
 */
export class WriteBatches {
  readonly #bytes: Buffer;
  readonly #offsets: readonly number[];

  /** `timestamp` in ms; later ones must take as many bytes, as those of the next 70 years do. */
  constructor(series: number, timestamp: number) {
    const labels = Array.from({ length: series }, (_, i) => encodeLabels({ __name__: 'm', instance: `i-${i}` }));
    // In parts of less than a snappy literal, so that no timestamp lies across the border of two.
    const raw = Buffer.concat(
      Array.from({ length: Math.ceil(series / 500) }, (_, part) =>
        literal(plainWriteRequest(labels.slice(part * 500, (part + 1) * 500), (i) => i % 90, timestamp)),
      ),
    );
    const size = Buffer.from(varint(literalBytes(raw)));
    this.#bytes = Buffer.concat([size, raw]);
    const needle = Buffer.from([0x10, ...varint(timestamp)]);
    const offsets: number[] = [];
    for (let at = this.#bytes.indexOf(needle); at !== -1; at = this.#bytes.indexOf(needle, at + 1))
      offsets.push(at + 1);
    if (offsets.length !== series) throw new Error(`${offsets.length} timestamps in a batch of ${series}`);
    this.#offsets = offsets;
  }

  at(timestamp: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#bytes);
    const stamp = varint(timestamp);
    for (const offset of this.#offsets) bytes.set(stamp, offset);
    return bytes;
  }
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 0x80)) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest % 0x80) | 0x80);
  }
}

/** Bytes as one literal of a snappy block: a tag, the length less one in two bytes, and the bytes. */
function literal(bytes: Buffer): Buffer {
  const last = bytes.length - 1;
  if (last > 0xffff) throw new Error(`${bytes.length} bytes are more than a literal of two bytes of length holds`);
  return Buffer.concat([Buffer.from([61 << 2, last & 0xff, last >> 8]), bytes]);
}

/** How many bytes the literals of snappy blocks stand for: a tag and two bytes of length each. */
function literalBytes(literals: Buffer): number {
  let total = 0;
  for (let at = 0; at < literals.length; ) {
    const length = literals.readUInt16LE(at + 1) + 1;
    total += length;
    at += 3 + length;
  }
  return total;
}
