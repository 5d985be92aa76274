import { encodeUtf8 } from '../callback/utf8.ts';

/** A part of some bytes. The object may be used again and again. */
export interface ByteRange {
  bytes: Uint8Array;
  start: number;
  end: number;
}

/**
 * Makes label bytes (label-bytes.ts) for protocols that have them in another form: one buffer that is written again
 * and again, label by label. A label without a value is left out: it is the same as no label.
 */
export class LabelWriter {
  bytes = new Uint8Array(1024);
  length = 0;

  begin(): void {
    this.length = 0;
  }

  /** To come back to with {@link truncate}: labels that many series share are written once. */
  truncate(length: number): void {
    this.length = length;
  }

  text(name: string, value: string): void {
    const [nameBytes, valueBytes] = [encodeUtf8(name), encodeUtf8(value)];
    this.pair(
      { bytes: nameBytes, start: 0, end: nameBytes.length },
      { bytes: valueBytes, start: 0, end: valueBytes.length },
    );
  }

  /** Name and value as UTF-8, wherever they stand: nothing is made for them. */
  pair(name: ByteRange, value: ByteRange): void {
    const nameSize = name.end - name.start;
    const valueSize = value.end - value.start;
    if (valueSize === 0) return;
    const size = 2 + varintSize(nameSize) + varintSize(valueSize) + nameSize + valueSize;
    this.#reserve(size + 1 + varintSize(size));
    this.bytes[this.length++] = 0x0a;
    this.#varint(size);
    this.bytes[this.length++] = 0x0a;
    this.#varint(nameSize);
    this.#copy(name);
    this.bytes[this.length++] = 0x12;
    this.#varint(valueSize);
    this.#copy(value);
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) this.bytes[this.length++] = (rest & 0x7f) | 0x80;
    this.bytes[this.length++] = rest;
  }

  #copy({ bytes: from, start, end }: ByteRange): void {
    const { bytes } = this;
    let to = this.length;
    for (let at = start; at < end; ) bytes[to++] = from[at++] as number;
    this.length = to;
  }

  #reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

const varintSize = (value: number): number => (value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 5);
