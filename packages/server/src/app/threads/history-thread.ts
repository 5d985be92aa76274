import { workerData } from 'node:worker_threads';
import { systemClock } from '../../base/clock.ts';
import { remote, serve } from '../../base/thread.ts';
import type { LogRetention } from '../../ports/log-reader.ts';
import { type HistoryRoom, type HistorySettings, openHistoryRoom } from '../rooms/history-room.ts';
import type { ThreadControl, ThreadData } from '../thread-host.ts';

/** Keeps history and answers questions about it: however long either takes, no fold and no request waits for it. */
const { control, ports } = workerData as ThreadData;
const { history, retention } = ports;
if (history === undefined || retention === undefined) throw new Error('the history thread lacks a port');
let room: HistoryRoom | null = null;

serve(control, {
  open: async (settings) => {
    room = await openHistoryRoom(settings, { clock: systemClock, retention: remote<LogRetention>(retention) });
    serve(history, room.history);
  },
  stop: async () => room?.close(),
} satisfies ThreadControl<HistorySettings>);
