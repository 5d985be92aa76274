import type { Clock } from '../base/clock.ts';
import { IDLE_ROUNDS, type Ingest } from '../ingest/sample-intake.ts';
import type { Lifecycle } from './lifecycle.ts';

/** Lets series leave memory that had no sample for `idleMs`, or up to a quarter longer. */
export function startExpiring(deps: {
  readonly idleMs: number;
  readonly clock: Clock;
  readonly ingest: Pick<Ingest, 'expire'>;
  readonly lifecycle: Lifecycle;
}): void {
  const { idleMs, clock, ingest, lifecycle } = deps;
  let cancel: () => void = () => undefined;
  let isStopped = false;
  const arm = (): void => {
    cancel = clock.after(idleMs / IDLE_ROUNDS, () => void ingest.expire().finally(() => isStopped || arm()));
  };
  lifecycle.onStop('idle series', async () => {
    isStopped = true;
    cancel();
  });
  arm();
}
