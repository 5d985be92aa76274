/**
 * Just enough of Prometheus remote write 1.0 to load the peer: a WriteRequest in protobuf, framed as a snappy block of
 * literals (valid, not compressed). Series without end are not needed: names and values are ASCII here.
 */
class Bytes {
  #buffer = Buffer.allocUnsafe(1 << 20);
  #length = 0;

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
  return snappyLiterals(request.done());
}

/** Snappy block format: uncompressed length, then literals of at most 64 KiB (tag 61: two length bytes). */
function snappyLiterals(data: Buffer): Buffer {
  const out = new Bytes();
  out.varint(data.length);
  for (let at = 0; at < data.length; at += 65_536) {
    const chunk = data.subarray(at, at + 65_536);
    out.bytes(Buffer.from([61 << 2, (chunk.length - 1) & 0xff, (chunk.length - 1) >> 8]));
    out.bytes(chunk);
  }
  return out.done();
}
