/** Samples of one series, struct of arrays of equal lengths, in order of time, each timestamp once. */
export interface HistorySamples {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  /** 1: arrived more than {@link LATE_AFTER_MS} after its timestamp. */
  readonly late: Uint8Array;
}

/**
 * A sample that arrives later than this is marked. History knows no rules; this is the longest default grace, so
 * every sample that a rule with that grace was too late for is marked.
 */
export const LATE_AFTER_MS = 10_000;

export const NO_SAMPLES: HistorySamples = {
  timestamps: new Float64Array(0),
  values: new Float64Array(0),
  late: new Uint8Array(0),
};

/** From `from` to `to`, both included: views, not copies. */
export function samplesBetween(samples: HistorySamples, from: number, to: number): HistorySamples {
  return slice(samples, firstAtOrAfter(samples.timestamps, from), firstAtOrAfter(samples.timestamps, to + 1));
}

export function slice(samples: HistorySamples, start: number, end: number): HistorySamples {
  if (start === 0 && end === samples.timestamps.length) return samples;
  return {
    timestamps: samples.timestamps.subarray(start, end),
    values: samples.values.subarray(start, end),
    late: samples.late.subarray(start, end),
  };
}

/** Index of the first time ≥ `time`; the length when there is none. */
export function firstAtOrAfter(times: ArrayLike<number>, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Both in order of time. Of two samples with one timestamp the earlier one stays: `before` wins over `added`, and
 * within `added`, which may be in any order, the one that came first (semantics.md, Time and windows).
 */
export function mergeSamples(before: HistorySamples, added: HistorySamples): HistorySamples {
  const sorted = inOrder(added);
  if (before.timestamps.length === 0) return sorted;
  if (sorted.timestamps.length === 0) return before;
  const last = before.timestamps[before.timestamps.length - 1] as number;
  if (last < (sorted.timestamps[0] as number)) return joined([before, sorted]);
  return inOrder(joined([before, sorted]));
}

/** End to end, without looking at the times. */
export function joined(parts: readonly HistorySamples[]): HistorySamples {
  const only = parts[0];
  if (parts.length === 1 && only !== undefined) return only;
  let length = 0;
  for (const part of parts) length += part.timestamps.length;
  const all = {
    timestamps: new Float64Array(length),
    values: new Float64Array(length),
    late: new Uint8Array(length),
  };
  let at = 0;
  for (const part of parts) {
    all.timestamps.set(part.timestamps, at);
    all.values.set(part.values, at);
    all.late.set(part.late, at);
    at += part.timestamps.length;
  }
  return all;
}

function inOrder(samples: HistorySamples): HistorySamples {
  const { timestamps } = samples;
  let isOrdered = true;
  for (let i = 1; i < timestamps.length && isOrdered; i++) {
    isOrdered = (timestamps[i - 1] as number) < (timestamps[i] as number);
  }
  if (isOrdered) return samples;
  const order = Uint32Array.from(timestamps, (_, index) => index);
  order.sort((a, b) => (timestamps[a] as number) - (timestamps[b] as number) || a - b);
  const kept = order.filter((index, at) => at === 0 || timestamps[index] !== timestamps[order[at - 1] as number]);
  return {
    timestamps: Float64Array.from(kept, (index) => timestamps[index] as number),
    values: Float64Array.from(kept, (index) => samples.values[index] as number),
    late: Uint8Array.from(kept, (index) => samples.late[index] as number),
  };
}
