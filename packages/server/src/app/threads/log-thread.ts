import { workerData } from 'node:worker_threads';
import { systemClock } from '../../base/clock.ts';
import { remote, serve } from '../../base/thread.ts';
import type { CommitStore } from '../../ports/commit-store.ts';
import type { CourierPort } from '../../ports/courier.ts';
import { logMessages } from '../log-messages.ts';
import { type LogRoom, type LogSettings, openLogRoom } from '../rooms/log-room.ts';
import type { ThreadControl, ThreadData } from '../thread-host.ts';

/** Writes the sample log and folds it: what became durable here is evaluated here, without another trip. */
const { control, ports } = workerData as ThreadData;
const { writer, retention, commits, courier } = ports;
if (writer === undefined || retention === undefined || commits === undefined || courier === undefined)
  throw new Error('the log thread lacks a port');
const courierPort = remote<CourierPort>(courier);
let room: LogRoom | null = null;

serve(control, {
  open: async (settings) => {
    room = await openLogRoom(settings, {
      clock: systemClock,
      commits: remote<CommitStore>(commits),
      // A lost call costs at most a second (ports/courier.ts).
      onDeliveries: () => void courierPort.wake().catch(() => undefined),
      // Thrown in the thread: its death is noticed and ends the process (thread-host.ts).
      onFatal: (error) => {
        throw error;
      },
    });
    serve(writer, logMessages(room.writer));
    serve(retention, room.retention);
  },
  stop: async () => room?.close(),
} satisfies ThreadControl<LogSettings>);
