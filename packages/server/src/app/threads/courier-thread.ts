import { workerData } from 'node:worker_threads';
import { systemClock } from '../../base/clock.ts';
import { systemRandom } from '../../base/random.ts';
import { remote, serve } from '../../base/thread.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { RobotSecrets } from '../../ports/robot-secrets.ts';
import { type CourierRoom, type CourierSettings, openCourierRoom } from '../rooms/courier-room.ts';
import type { ThreadControl, ThreadData } from '../thread-host.ts';

/** Sends. Away from SQLite and evaluation, so that a long write never becomes a false timeout. */
const { control, ports } = workerData as ThreadData;
const { outbox, robotSecrets, courier, logCourier } = ports;
if (outbox === undefined || robotSecrets === undefined || courier === undefined || logCourier === undefined)
  throw new Error('the courier thread lacks a port');
let room: CourierRoom | null = null;

serve(control, {
  open: async (settings) => {
    room = await openCourierRoom(settings, {
      clock: systemClock,
      random: systemRandom,
      outbox: remote<Outbox>(outbox),
      robotSecrets: remote<RobotSecrets>(robotSecrets),
    });
    serve(courier, room.courier);
    serve(logCourier, room.courier);
  },
  stop: async () => room?.close(),
} satisfies ThreadControl<CourierSettings>);
