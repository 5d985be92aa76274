import { workerData } from 'node:worker_threads';
import { systemClock } from '../../base/clock.ts';
import { systemRandom } from '../../base/random.ts';
import { remote, serve } from '../../base/thread.ts';
import type { EndpointSettingsStore } from '../../ports/endpoint-settings-store.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { RobotSecrets } from '../../ports/robot-secrets.ts';
import { type CourierRoom, type CourierSettings, openCourierRoom } from '../rooms/courier-room.ts';
import type { ThreadControl, ThreadData } from '../thread-host.ts';

/** Sends. Away from SQLite and evaluation, so that a long write never becomes a false timeout. */
const { control, ports } = workerData as ThreadData;
const { outbox, robotSecrets, endpointSettings, courier, logCourier } = ports;
if (outbox === undefined || robotSecrets === undefined || endpointSettings === undefined)
  throw new Error('the courier thread lacks a port to the store');
if (courier === undefined || logCourier === undefined) throw new Error('the courier thread lacks a port of its own');
let room: CourierRoom | null = null;

serve(control, {
  open: async (settings) => {
    room = await openCourierRoom(settings, {
      clock: systemClock,
      random: systemRandom,
      outbox: remote<Outbox>(outbox),
      robotSecrets: remote<RobotSecrets>(robotSecrets),
      endpointSettings: remote<EndpointSettingsStore>(endpointSettings),
    });
    serve(courier, room.courier);
    serve(logCourier, room.courier);
  },
  stop: async () => room?.close(),
} satisfies ThreadControl<CourierSettings>);
