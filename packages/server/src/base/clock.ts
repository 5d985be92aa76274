/**
 * Time enters Cloudbell here and nowhere else (invariant 9; `test/tidy.test.ts` holds it).
 */
export interface Clock {
  /** Wall clock, ms since the Unix epoch. May step. */
  wallMs(): number;
  /** Monotonic, ms since an arbitrary start. Never steps; may stand still while the machine is suspended. */
  monoMs(): number;
  /** Calls back once, not before `delayMs` have passed; answers a function that cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};
