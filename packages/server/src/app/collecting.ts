import { hostname } from 'node:os';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { createCollector } from '../collect/collector.ts';
import { instanceIdOf } from '../collect/host-identity.ts';
import { hostReader } from '../collect/host-reader.ts';
import type { SampleIntake } from '../ports/sample-intake.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { CloudbellOptions } from './options-table.ts';

/** Starts looking at this host; answers the `instanceId` of its samples. */
export async function startCollecting(deps: {
  readonly options: CloudbellOptions;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ingest: SampleIntake;
  readonly lifecycle: Lifecycle;
}): Promise<string> {
  const { options, clock, logger, ingest, lifecycle } = deps;
  const account = options.accountId;
  const instanceId = options.instanceId ?? instanceIdOf(hostname());
  const collector = createCollector({
    read: hostReader(),
    sink: async (samples) => {
      const { rejected, errors } = await ingest.samples(account, samples);
      if (rejected > 0) logger.warn({ rejected, first: errors[0] }, 'samples of this host were refused');
    },
    clock,
    identity: { account, instanceId, instanceName: hostname() },
    everyMs: options.collectEveryMs,
    onTrouble: (part, error) => {
      if (error === null) logger.info({ part }, "this host's metrics are read again");
      else logger.warn({ part, err: error }, "a part of this host's metrics cannot be read");
    },
  });
  lifecycle.onStop('collector', () => collector.stop());
  await collector.start();
  return instanceId;
}
