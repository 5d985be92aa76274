import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from './clock.ts';

/** How late the event loop of this thread runs its callbacks. */
export interface EventLoopDelay {
  /** The 99th percentile of the last 10 to 20 s, ms. */
  p99Ms(): number;
  stop(): void;
}

const RESOLUTION_MS = 10;
const WINDOW_MS = 10_000;

export function watchEventLoop(clock: Clock): EventLoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  // The histogram holds the sampling interval itself, too; what is over it is the delay.
  const read = (): number => (histogram.count === 0 ? 0 : Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION_MS));
  let before = 0;
  const turn = (): void => {
    before = read();
    histogram.reset();
    cancel = clock.after(WINDOW_MS, turn);
  };
  let cancel = clock.after(WINDOW_MS, turn);
  return {
    p99Ms: () => Math.max(before, read()),
    stop: () => {
      cancel();
      histogram.disable();
    },
  };
}
