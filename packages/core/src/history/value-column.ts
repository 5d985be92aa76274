import { type ByteReader, type ByteWriter, readByte, readUnsigned, writeByte, writeUnsigned } from './bytes.ts';
import { endRun, putSigned, takeSigned } from './signed-runs.ts';

/**
 * A column of doubles, exact to the bit. What people measure is mostly decimal (97.39, 12, 1024), so there are two forms:
 *
 * decimal  the exponent e (0 to 9), then the differences of the whole numbers value·10^e; values that are none of these
 *          stand beside them as raw bits, at most one in eight.
 * bits     each value's bits against those of the one before, without the zero bytes at both ends.
 */
const EXPONENT_MAX = 9;
const FORM_BITS = 255;
/** Differences of numbers up to this size, doubled for their sign, still are exact. */
const WHOLE_MAX = 2 ** 51;
const SCALES = Array.from({ length: EXPONENT_MAX + 1 }, (_, exponent) => 10 ** exponent);

const scratch = new Float64Array(2);
const words = new Uint32Array(scratch.buffer);
const octets = new Uint8Array(scratch.buffer);

export function writeValues(writer: ByteWriter, values: Float64Array): void {
  const exponent = commonExponent(values);
  if (exponent === null) writeBits(writer, values);
  else writeDecimals(writer, values, exponent);
}

export function readValues(reader: ByteReader, count: number): Float64Array {
  const form = readByte(reader);
  if (form === FORM_BITS) return readBits(reader, count);
  if (form > EXPONENT_MAX) throw new Error(`it has values of the unknown form ${form}`);
  return readDecimals(reader, count, form);
}

/** `value` as a whole number of 10^-exponent, or NaN when it is none: dividing must lead back to the very same bits. */
function wholeOf(value: number, scale: number): number {
  const whole = Math.round(value * scale);
  if (whole / scale !== value || whole > WHOLE_MAX || whole < -WHOLE_MAX) return Number.NaN;
  return whole === 0 && Object.is(value, -0) ? Number.NaN : whole;
}

/** The least exponent that fits all values but one in eight; null when there is none. */
function commonExponent(values: Float64Array): number | null {
  const exceptionsMax = values.length >>> 3;
  let exponent = 0;
  let exceptions = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    let fitting = exponent;
    while (fitting <= EXPONENT_MAX && Number.isNaN(wholeOf(value, SCALES[fitting] as number))) fitting += 1;
    if (fitting <= EXPONENT_MAX) exponent = fitting;
    else if (++exceptions > exceptionsMax) return null;
  }
  return exponent;
}

function writeDecimals(writer: ByteWriter, values: Float64Array, exponent: number): void {
  const scale = SCALES[exponent] as number;
  const exceptions: number[] = [];
  const runs = { writer, zeros: 0 };
  let before = 0;
  writeByte(writer, exponent);
  for (let i = 0; i < values.length; i++) {
    const whole = wholeOf(values[i] as number, scale);
    if (Number.isNaN(whole)) {
      exceptions.push(i);
      putSigned(runs, 0);
    } else {
      putSigned(runs, whole - before);
      before = whole;
    }
  }
  endRun(runs);
  writeUnsigned(writer, exceptions.length);
  for (const index of exceptions) {
    writeUnsigned(writer, index);
    scratch[0] = values[index] as number;
    for (let i = 0; i < 8; i++) writeByte(writer, octets[i] as number);
  }
}

function readDecimals(reader: ByteReader, count: number, exponent: number): Float64Array {
  const scale = SCALES[exponent] as number;
  const values = new Float64Array(count);
  const runs = { reader, zeros: 0 };
  let whole = 0;
  for (let i = 0; i < count; i++) {
    whole += takeSigned(runs);
    values[i] = whole / scale;
  }
  const exceptions = readUnsigned(reader);
  for (let k = 0; k < exceptions; k++) {
    const index = readUnsigned(reader);
    for (let i = 0; i < 8; i++) octets[i] = readByte(reader);
    values[index] = scratch[0] as number;
  }
  return values;
}

/** Per value one byte, zero bytes at its high end in the upper half and bytes kept in the lower, then the kept ones. */
function writeBits(writer: ByteWriter, values: Float64Array): void {
  writeByte(writer, FORM_BITS);
  let low = 0;
  let high = 0;
  for (let i = 0; i < values.length; i++) {
    scratch[0] = values[i] as number;
    const newLow = words[0] as number;
    const newHigh = words[1] as number;
    words[0] = newLow ^ low;
    words[1] = newHigh ^ high;
    low = newLow;
    high = newHigh;
    let end = 8;
    while (end > 0 && octets[end - 1] === 0) end -= 1;
    let start = 0;
    while (start < end && octets[start] === 0) start += 1;
    writeByte(writer, ((8 - end) << 4) | (end - start));
    for (let at = start; at < end; at++) writeByte(writer, octets[at] as number);
  }
}

function readBits(reader: ByteReader, count: number): Float64Array {
  const values = new Float64Array(count);
  let low = 0;
  let high = 0;
  for (let i = 0; i < count; i++) {
    const control = readByte(reader);
    const end = 8 - (control >>> 4);
    const start = end - (control & 15);
    if (start < 0) throw new Error('it has a value of more than eight bytes');
    octets.fill(0, 0, 8);
    for (let at = start; at < end; at++) octets[at] = readByte(reader);
    low ^= words[0] as number;
    high ^= words[1] as number;
    words[0] = low;
    words[1] = high;
    values[i] = scratch[0] as number;
  }
  return values;
}
