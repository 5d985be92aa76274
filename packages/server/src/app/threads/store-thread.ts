import { workerData } from 'node:worker_threads';
import { systemClock } from '../../base/clock.ts';
import { systemRandom } from '../../base/random.ts';
import { serve } from '../../base/thread.ts';
import { openStoreRoom, type StoreRoom, type StoreSettings } from '../rooms/store-room.ts';
import type { ThreadControl, ThreadData } from '../thread-host.ts';

/** The only writer of store.db. Serves rules, commits, the outbox and identities, each on a port of its own. */
const { control, ports } = workerData as ThreadData;
let room: StoreRoom | null = null;

serve(control, {
  open: async (settings) => {
    room = await openStoreRoom(settings, { clock: systemClock, random: systemRandom });
    const targets: Record<string, object> = {
      rules: room.rules,
      silences: room.silences,
      acknowledgements: room.acknowledgements,
      contacts: room.contacts,
      events: room.events,
      identity: room.identity,
      users: room.users,
      sessions: room.sessions,
      outbox: room.outbox,
      commits: room.commits,
      courierOutbox: room.outbox,
      robotSecrets: room.robotSecrets,
      endpointSettings: room.endpointSettings,
      courierSettings: room.endpointSettings,
    };
    for (const [name, port] of Object.entries(ports)) {
      const target = targets[name];
      if (target === undefined) throw new Error(`the store thread has no port ${name}`);
      serve(port, target);
    }
  },
  stop: async () => room?.close(),
} satisfies ThreadControl<StoreSettings>);
