/**
 * `node bench/outbox.ts [alerts]`: CPU of the store's thread per delivery, step by step: what a commit, a claim and a
 * settlement of one delivery to one endpoint cost, COMMIT included; first claimed by themselves, then born claimed. CPU
 * time, because machines are shared and noisy.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClaimedDelivery } from '../packages/core/src/notify/delivery.ts';
import { delivered } from '../packages/server/src/ports/outbox-bench.contract.ts';
import { expandToWebhook, NOW, newCommitter, newEffect } from '../packages/server/src/ports/store-fixtures.contract.ts';
import { openSqliteStore } from '../packages/server/src/store/sqlite/store.ts';

const alerts = Number(process.argv[2] ?? 20_000);
/** As many as one endpoint may have under way. */
const CAP = 64;
const BATCH = 1000;

const dataDir = mkdtempSync(join(tmpdir(), 'cloudbell-outbox-'));
const store = openSqliteStore({
  dataDir,
  expand: expandToWebhook,
  expandEvent: () => [],
  limits: { rulesPerAccountMax: 10 },
});
const claimedBorn: ClaimedDelivery[] = [];
try {
  const commit = await newCommitter(store.commits);
  await measured('commit', async () => {
    for (let from = 0; from < alerts; from += BATCH)
      await commit(Array.from({ length: BATCH }, (_, at) => newEffect(`alert-${from + at}`)));
  });
  await measured('commit, born claimed', async () => {
    for (let from = 0; from < alerts; from += CAP) {
      const born = store.outbox.claimBorn({ limit: 256, room: {}, defaultRoom: CAP, channels: ['callback'] });
      await commit(Array.from({ length: CAP }, (_, at) => newEffect(`born-${from + at}`)));
      claimedBorn.push(...(await born));
    }
  });
  await measured('settle alone', async () => {
    for (let from = 0; from < alerts; from += CAP)
      await store.outbox.settle(claimedBorn.slice(from, from + CAP).map(delivered));
  });
  await measured('claim and settle', async () => {
    const request = { now: NOW, limit: 256, room: {}, defaultRoom: CAP };
    let claimed = await store.outbox.claim(request);
    while (claimed.length > 0) {
      const settled = store.outbox.settle(claimed.map(delivered));
      const next = store.outbox.claim(request);
      await settled;
      claimed = await next;
    }
  });
} finally {
  await store.close();
  rmSync(dataDir, { recursive: true });
}

async function measured(what: string, run: () => Promise<void>): Promise<void> {
  const before = process.cpuUsage();
  const commits = store.commitCount();
  const startedAt = performance.now();
  await run();
  const { user, system } = process.cpuUsage(before);
  const tookMs = performance.now() - startedAt;
  const each = (us: number): string => (us / alerts).toFixed(1).padStart(7);
  console.log(
    `${what.padEnd(20)}${each(user + system)} µs CPU a delivery, ${each(tookMs * 1000)} µs by the clock, ${store.commitCount() - commits} commits`,
  );
}
