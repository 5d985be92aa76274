/**
 * Growing bytes to write to, and bytes to read from, for the codecs of history. Numbers are LEB128 varints, signed ones
 * in zigzag, so a number takes as many bytes as it needs. Whole numbers up to 2^53 in size.
 */
export interface ByteWriter {
  bytes: Uint8Array;
  at: number;
}

export interface ByteReader {
  readonly bytes: Uint8Array;
  at: number;
}

export const newWriter = (capacity = 256): ByteWriter => ({ bytes: new Uint8Array(capacity), at: 0 });

/** A copy of what was written. */
export const written = (writer: ByteWriter): Uint8Array => writer.bytes.slice(0, writer.at);

export function writeByte(writer: ByteWriter, byte: number): void {
  if (writer.at === writer.bytes.length) grow(writer);
  writer.bytes[writer.at++] = byte;
}

export function writeUnsigned(writer: ByteWriter, value: number): void {
  let rest = value;
  // Beyond 31 bits, shifts would cut.
  while (rest > 0x7fff_ffff) {
    writeByte(writer, (rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  while (rest > 127) {
    writeByte(writer, (rest & 127) | 0x80);
    rest >>>= 7;
  }
  writeByte(writer, rest);
}

export const writeSigned = (writer: ByteWriter, value: number): void =>
  writeUnsigned(writer, value >= 0 ? value * 2 : -value * 2 - 1);

export function readByte(reader: ByteReader): number {
  const byte = reader.bytes[reader.at++];
  if (byte === undefined) throw new Error('it ends too early');
  return byte;
}

export function readUnsigned(reader: ByteReader): number {
  let value = 0;
  let scale = 1;
  for (;;) {
    const byte = readByte(reader);
    value += (byte & 127) * scale;
    if (byte < 128) return value;
    scale *= 128;
    if (scale > 2 ** 56) throw new Error('it holds a number that is too long');
  }
}

export function readSigned(reader: ByteReader): number {
  const value = readUnsigned(reader);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function grow(writer: ByteWriter): void {
  const larger = new Uint8Array(writer.bytes.length * 2);
  larger.set(writer.bytes);
  writer.bytes = larger;
}
