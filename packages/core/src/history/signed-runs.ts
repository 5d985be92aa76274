import { type ByteReader, type ByteWriter, readSigned, readUnsigned, writeSigned, writeUnsigned } from './bytes.ts';

/**
 * A column of signed whole numbers of which most are 0, or small: a regular cadence, a value that stays. A run of
 * zeros is written as 0 and how many more follow; any other number as itself.
 */
export interface RunWriter {
  readonly writer: ByteWriter;
  zeros: number;
}

export function putSigned(runs: RunWriter, value: number): void {
  if (value === 0) {
    runs.zeros += 1;
    return;
  }
  endRun(runs);
  writeSigned(runs.writer, value);
}

/** To be called after the last number. */
export function endRun(runs: RunWriter): void {
  if (runs.zeros === 0) return;
  writeUnsigned(runs.writer, 0);
  writeUnsigned(runs.writer, runs.zeros - 1);
  runs.zeros = 0;
}

export interface RunReader {
  readonly reader: ByteReader;
  zeros: number;
}

export function takeSigned(runs: RunReader): number {
  if (runs.zeros > 0) {
    runs.zeros -= 1;
    return 0;
  }
  const value = readSigned(runs.reader);
  if (value === 0) runs.zeros = readUnsigned(runs.reader);
  return value;
}
