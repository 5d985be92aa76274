const FIRST_DELAY_MS = 100;
const DELAY_MS_MAX = 5_000;

/** ms to wait after the given number of failures in a row: 0.1 s, doubling, at most 5 s. */
export function retryDelayMs(failures: number): number {
  return Math.min(DELAY_MS_MAX, FIRST_DELAY_MS * 2 ** Math.max(0, failures - 1));
}
