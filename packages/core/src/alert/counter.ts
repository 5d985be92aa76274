/**
 * Counters: values that only grow, and start again from nothing when what counts is started anew. Their samples say
 * little one by one; what counts is the *increase* from each to the next (semantics.md, Alerts over time).
 */
export interface CounterSample {
  /** Event time, ms. */
  readonly at: number;
  readonly value: number;
}

/**
 * By how much a counter has grown from the sample before a window (`at` NaN for none) to the window's last. A value
 * below the one before it means that the counter began anew, so all of it is increase. NaN when there is nothing to
 * compare: a single sample with none before.
 */
export function increaseOf(before: CounterSample, samples: readonly CounterSample[]): number {
  let last = Number.isNaN(before.at) ? null : before.value;
  let steps = 0;
  let sum = 0;
  let lost = 0;
  for (const { value } of samples) {
    if (last !== null) {
      const added = value >= last ? value - last : Math.max(0, value);
      const total = sum + added;
      lost += Math.abs(sum) >= Math.abs(added) ? sum - total + added : added - total + sum;
      sum = total;
      steps++;
    }
    last = value;
  }
  return steps === 0 ? Number.NaN : Math.min(Number.MAX_VALUE, sum + (Number.isFinite(lost) ? lost : 0));
}

/**
 * The increase per second of the time it took: from the sample before the window, or else the window's first, to its
 * last. Not per second of the period: where samples were missing, the increase of minutes would read as that of one.
 */
export function rateOf(before: CounterSample, samples: readonly CounterSample[]): number {
  const from = Number.isNaN(before.at) ? samples[0]?.at : before.at;
  const to = samples.at(-1)?.at;
  if (from === undefined || to === undefined || to <= from) return Number.NaN;
  return Math.min(Number.MAX_VALUE, increaseOf(before, samples) / ((to - from) / 1000));
}
