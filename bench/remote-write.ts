/**
 * Just enough of Prometheus remote write 1.0 to load a peer: a WriteRequest in protobuf, compressed as a snappy
 * block. Series without end are not needed: names and values are ASCII here.
 */
class Bytes {
  #buffer = Buffer.allocUnsafe(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  #room(count: number): void {
    if (this.#length + count <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + count));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }

  varint(value: number): void {
    this.#room(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
  }

  double(value: number): void {
    this.#room(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  bytes(value: Buffer): void {
    this.#room(value.length);
    value.copy(this.#buffer, this.#length);
    this.#length += value.length;
  }

  field(number: number, value: Buffer): void {
    this.varint((number << 3) | 2);
    this.varint(value.length);
    this.bytes(value);
  }

  done(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#length));
  }
}

/** One series' labels, encoded once: they do not change from batch to batch. */
export function encodeLabels(labels: Readonly<Record<string, string>>): Buffer {
  const out = new Bytes();
  for (const name of Object.keys(labels).sort()) {
    const label = new Bytes();
    label.field(1, Buffer.from(name));
    label.field(2, Buffer.from(labels[name] as string));
    out.field(1, label.done());
  }
  return out.done();
}

/** A request with one sample (value, timestamp ms) for each series, ready to be sent with `content-encoding: snappy`. */
export function encodeWriteRequest(
  series: readonly Buffer[],
  value: (index: number) => number,
  timestamp: number,
): Buffer {
  return snappyBlock(plainWriteRequest(series, value, timestamp)).bytes;
}

export function varintOf(value: number): Buffer {
  const out = new Bytes();
  out.varint(value);
  return out.done();
}

/** The same before it is compressed. */
export function plainWriteRequest(
  series: readonly Buffer[],
  value: (index: number) => number,
  timestamp: number,
): Buffer {
  const request = new Bytes();
  series.forEach((labels, index) => {
    const sample = new Bytes();
    sample.varint((1 << 3) | 1);
    sample.double(value(index));
    sample.varint(2 << 3);
    sample.varint(timestamp);
    const one = new Bytes();
    one.bytes(labels);
    one.field(2, sample.done());
    request.field(1, one.done());
  });
  return request.done();
}

/** Stretches of some bytes, all of one length, in order. */
interface Stretches {
  readonly at: readonly number[];
  readonly length: number;
}

/**
 * A snappy block as a sender makes it: four bytes that were seen before within 64 KiB become a copy, found greedily by a
 * table of hashes. About as small as the reference implementation's. What `kept` names stays in the block as it is, and
 * `offsets` says where.
 */
export function snappyBlock(
  data: Buffer,
  kept: Stretches = { at: [], length: 0 },
): { readonly bytes: Buffer; readonly offsets: readonly number[] } {
  const out = new Bytes();
  out.varint(data.length);
  const isKept = new Uint8Array(data.length);
  for (const at of kept.at) isKept.fill(1, at, at + kept.length);
  const offsets: number[] = [];
  const seen = new Int32Array(1 << 14).fill(-1);
  let literal = 0;
  const flush = (end: number): void => {
    // A literal ends before a kept stretch that would lie across its border.
    for (let at = literal; at < end; ) {
      let to = Math.min(end, at + 65_536);
      while (to < end && isKept[to] === 1) to -= 1;
      const chunk = data.subarray(at, to);
      out.bytes(Buffer.from([61 << 2, (chunk.length - 1) & 0xff, (chunk.length - 1) >> 8]));
      while ((kept.at[offsets.length] ?? data.length) < to) {
        offsets.push(out.length + (kept.at[offsets.length] as number) - at);
      }
      out.bytes(chunk);
      at = to;
    }
  };
  const isFree = (at: number): boolean => isKept[at] === 0 && isKept[at + 3] === 0;
  for (let at = 0; at + 4 <= data.length; ) {
    const word = data.readInt32LE(at);
    const place = Math.imul(word, 0x1e35a7bd) >>> 18;
    const from = seen[place] as number;
    if (isFree(at)) seen[place] = at;
    if (from < 0 || at - from > 65_535 || !isFree(at) || data.readInt32LE(from) !== word) {
      at += 1;
      continue;
    }
    flush(at);
    let size = 4;
    while (
      size < 64 &&
      at + size < data.length &&
      data[from + size] === data[at + size] &&
      isKept[from + size] === 0 &&
      isKept[at + size] === 0
    ) {
      size += 1;
    }
    out.bytes(Buffer.from([((size - 1) << 2) | 2, (at - from) & 0xff, (at - from) >> 8]));
    at += size;
    literal = at;
  }
  flush(data.length);
  return { bytes: out.done(), offsets };
}
