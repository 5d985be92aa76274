/**
 * Neumaier's sum of the values from `start` to before `end`: what a large value hides comes back. Where it overflows it is
 * infinite, as a plain sum is.
 */
export function compensatedSum(values: Float64Array, start: number, end: number): number {
  let sum = 0;
  let lost = 0;
  for (let i = start; i < end; i++) {
    const value = values[i] as number;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return Number.isFinite(sum) ? sum + lost : sum;
}
