/**
 * `node bench/restart-fill.ts FOLDER PAIRS`: gives the data folder of a Cloudbell that was stopped so many series, each
 * with samples in an open window of the rule that is there, and dies by SIGKILL.
 */
import type { SeriesDefinition } from '@cloudbell/core/metric/series.ts';
import { openLogRoom } from '../packages/server/src/app/rooms/log-room.ts';
import { openStoreRoom } from '../packages/server/src/app/rooms/store-room.ts';
import { systemClock } from '../packages/server/src/base/clock.ts';
import { systemRandom } from '../packages/server/src/base/random.ts';
import { benchSamples, calm } from './fold-load.ts';
import { METRIC } from './stamped-batch.ts';

const BATCH = 10_000;
const ACCOUNT = '1000000000000001';
const [dataDir = '', pairs = '0'] = process.argv.slice(2);
const store = await openStoreRoom(
  {
    ...{ dataDir, masterKey: null, rulesPerAccountMax: 1_000, ledgerRetentionMs: null, logLevel: 'warn' },
    ...{ callbackProfile: 'classic', signingSecret: null, previousSigningSecret: null, fallbackGroup: null },
  },
  { clock: systemClock, random: systemRandom },
);
const { writer } = await openLogRoom(
  { dataDir, partitions: 1, logLevel: 'warn', followerBytesMax: null },
  {
    ...{ clock: systemClock, commits: store.commits, onDeliveries: () => undefined },
    onFatal: (error) => {
      throw error;
    },
  },
);
const known = (await writer.series(0, 0, 1)).length;
if (known !== 0) throw new Error('the folder has series already');
for (let round = 0; round < 4; round++) {
  for (let from = 0; from < Number(pairs); from += BATCH) {
    const series = round === 0 ? Array.from({ length: BATCH }, (_, i) => definition(from + i)) : [];
    await writer.appendSamples(0, { series, samples: benchSamples(from, from + BATCH, Date.now(), calm) });
  }
}
process.kill(process.pid, 'SIGKILL');

function definition(id: number): SeriesDefinition {
  const dimensions = { instance: `10.${id >> 16}.${(id >> 8) & 255}.${id & 255}:9100`, job: 'node' };
  return { id, account: ACCOUNT, namespace: 'prometheus', metricName: METRIC, dimensions, instanceName: null };
}
