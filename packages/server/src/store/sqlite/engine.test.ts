import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeAcknowledgementStoreContract } from '../../ports/acknowledgement-store.contract.ts';
import { describeCommitStoreContract } from '../../ports/commit-store.contract.ts';
import type { Expand } from '../../ports/commit-store.ts';
import { describeContactStoreContract } from '../../ports/contact-store.contract.ts';
import { describeEndpointSettingsContract } from '../../ports/endpoint-settings-store.contract.ts';
import { describeIdentityStoreContract } from '../../ports/identity-store.contract.ts';
import { describeOutboxContract } from '../../ports/outbox.contract.ts';
import type { NewDelivery } from '../../ports/outbox-bench.contract.ts';
import { describeRuleStoreContract } from '../../ports/rule-store.contract.ts';
import { describeSessionStoreContract } from '../../ports/session-store.contract.ts';
import { describeSilenceStoreContract } from '../../ports/silence-store.contract.ts';
import { expandToWebhook, newAlert, newCommitter, newEffect, newIntent } from '../../ports/store-fixtures.contract.ts';
import { describeStoreReaderContract } from '../../ports/store-reader.contract.ts';
import { describeUserStoreContract } from '../../ports/user-store.contract.ts';
import { openSqliteReader, openSqliteStore, STORE_FILE, type StoreOptions } from './store.ts';

/** The contract of every port the store implements, on real files. */
function open(options: Partial<StoreOptions> = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'cloudbell-store-'));
  const store = openSqliteStore({
    expandEvent: () => [],
    dataDir,
    expand: expandToWebhook,
    limits: { rulesPerAccountMax: 100 },
    ...options,
  });
  const reader = openSqliteReader({ path: join(dataDir, STORE_FILE) });
  return {
    ...store,
    reader,
    close: async () => {
      await reader.close();
      await store.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

describeRuleStoreContract('sqlite', async (limits) => open({ limits }));
describeCommitStoreContract('sqlite', async (expand) => open({ expand }));
describeContactStoreContract('sqlite', async ({ expand, contactsPerAccountMax }) =>
  open({ expand, limits: { rulesPerAccountMax: 100, contactsPerAccountMax } }),
);
describeEndpointSettingsContract('sqlite', async ({ expand, perAccountMax }) =>
  open({ expand, limits: { rulesPerAccountMax: 100, endpointSettingsPerAccountMax: perAccountMax } }),
);
describeStoreReaderContract('sqlite', async (expand) => open({ expand }));

describeSilenceStoreContract('sqlite', async (limits) => open({ limits: { rulesPerAccountMax: 100, ...limits } }));
describeAcknowledgementStoreContract('sqlite', async () => open());

describeIdentityStoreContract('sqlite', async (limits) => open({ limits: { rulesPerAccountMax: 100, ...limits } }));
describeUserStoreContract('sqlite', async (limits) => open({ limits: { rulesPerAccountMax: 100, ...limits } }));
describeSessionStoreContract('sqlite', async () => open());

describeOutboxContract('sqlite', async () => {
  const drafts = new Map<string, NewDelivery>();
  const expand: Expand = ({ intent }) => {
    const { alertId: _a, ruleId: _r, triggerLevel: _t, createdAt: _c, ...draft } = drafts.get(intent.transId!)!;
    return [draft];
  };
  const store = open({ expand });
  const commit = await newCommitter(store.commits);
  return {
    outbox: store.outbox,
    add: async (deliveries) => {
      // A commit has one time; deliveries of different times are commits of their own.
      for (const delivery of deliveries) {
        drafts.set(delivery.deliveryId, delivery);
      }
      let batch: NewDelivery[] = [];
      for (const [index, delivery] of deliveries.entries()) {
        batch.push(delivery);
        if (deliveries[index + 1]?.createdAt === delivery.createdAt) continue;
        await commit(batch.map(effectOf), delivery.createdAt);
        batch = [];
      }
    },
    close: store.close,
  };
});

function effectOf(delivery: NewDelivery) {
  const { alertId, ruleId, triggerLevel } = delivery;
  return newEffect(alertId, {
    alert: newAlert(alertId, { ruleId }),
    notification: newIntent({ triggerLevel, transId: delivery.deliveryId }),
  });
}
