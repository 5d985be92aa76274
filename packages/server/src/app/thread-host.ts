import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { asError } from '../base/errors.ts';
import { type Remote, remote } from '../base/thread.ts';

/**
 * Starts a room in a thread of its own and keeps hold of it. Every thread serves a `control` object first:
 * `open(settings)` builds the room and starts serving the ports it was handed; `stop()` drains and closes it.
 * A thread that dies unasked is fatal: a room cannot be missing (docs/architecture.md, Threads).
 */
export interface ThreadControl<Settings> {
  open(settings: Settings): Promise<void>;
  stop(): Promise<void>;
}

/** What a thread file reads from `workerData`. */
export interface ThreadData {
  readonly control: MessagePort;
  readonly ports: Readonly<Record<string, MessagePort>>;
}

export interface Thread<Settings> {
  readonly control: Remote<ThreadControl<Settings>>;
  /** Stops the room, then the thread. */
  stop(): Promise<void>;
}

export function startThread<Settings>(options: {
  readonly file: URL;
  readonly ports: Readonly<Record<string, MessagePort>>;
  readonly onDeath: (error: Error) => void;
}): Thread<Settings> {
  const control = new MessageChannel();
  const data: ThreadData = { control: control.port1, ports: options.ports };
  const worker = new Worker(options.file, {
    workerData: data,
    transferList: [control.port1, ...Object.values(options.ports)],
  });
  let stopping = false;
  let gone = false;
  let died = false;
  // Its port closes before its exit is told; whoever waited for it may have begun to stop everything by then.
  control.port2.on('close', () => {
    died = !stopping;
  });
  worker.on('error', (thrown) => options.onDeath(asError(thrown)));
  worker.on('exit', (code) => {
    gone = true;
    if (died || !stopping)
      options.onDeath(new Error(`${options.file.pathname.split('/').at(-1)} stopped with code ${code}`));
  });
  const stand = remote<ThreadControl<Settings>>(control.port2);
  return {
    control: stand,
    stop: async () => {
      stopping = true;
      if (gone) return;
      try {
        if (!died) await stand.stop();
      } finally {
        await worker.terminate();
      }
    },
  };
}

/** The two ends of one road between rooms. */
export function road(): { readonly a: MessagePort; readonly b: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  return { a: port1, b: port2 };
}
