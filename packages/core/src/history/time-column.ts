import { type ByteReader, type ByteWriter, readSigned, writeSigned } from './bytes.ts';
import { endRun, putSigned, takeSigned } from './signed-runs.ts';

/** Whole ms, ascending or not: the first one, then how much each step differs from the step before it. */
export function writeTimes(writer: ByteWriter, times: Float64Array): void {
  let before = times[0] as number;
  let step = 0;
  writeSigned(writer, before);
  const runs = { writer, zeros: 0 };
  for (let i = 1; i < times.length; i++) {
    const time = times[i] as number;
    const nextStep = time - before;
    putSigned(runs, nextStep - step);
    step = nextStep;
    before = time;
  }
  endRun(runs);
}

export function readTimes(reader: ByteReader, count: number): Float64Array {
  const times = new Float64Array(count);
  let time = readSigned(reader);
  let step = 0;
  times[0] = time;
  const runs = { reader, zeros: 0 };
  for (let i = 1; i < count; i++) {
    step += takeSigned(runs);
    time += step;
    times[i] = time;
  }
  return times;
}
