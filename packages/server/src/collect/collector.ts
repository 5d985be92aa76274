import type { Clock } from '../base/clock.ts';
import { asError } from '../base/errors.ts';
import type { ReadHost } from './read-host.ts';
import type { HostReading } from './reading.ts';
import { type CollectedSample, type HostIdentity, samplesOf } from './samples.ts';

/** Takes the samples of one look; rejects when they could not be stored. */
export type CollectedSink = (samples: CollectedSample[]) => Promise<void>;

export interface CollectorOptions {
  readonly read: ReadHost;
  readonly sink: CollectedSink;
  readonly clock: Clock;
  readonly identity: HostIdentity;
  /** Looks are at whole multiples of it, so each falls into a window of its own. */
  readonly everyMs: number;
  /** Told once when a part (or the sink, part `sink`) begins to fail, and when it works again (null). */
  readonly onTrouble: (part: string, error: Error | null) => void;
}

export interface Collector {
  /** Looks once at once, then at every multiple of the period. Resolves after the first look. */
  start(): Promise<void>;
  /** No look begins after this; resolves when one under way has ended. */
  stop(): Promise<void>;
}

/** The host's own metrics, look by look. One look at a time: a slow one delays the next, it never doubles. */
export function createCollector(options: CollectorOptions): Collector {
  const { clock, everyMs } = options;
  const trouble = troubleBook(options.onTrouble);
  let previous: HostReading | null = null;
  let lastTimestamp = Number.NEGATIVE_INFINITY;
  let cancel: () => void = () => undefined;
  let underWay: Promise<void> = Promise.resolve();
  let stopped = false;

  const look = async (timestamp: number): Promise<void> => {
    const failing = new Map<string, Error>();
    const current = await options.read(clock.monoMs(), (part, error) => failing.set(part, error));
    const samples = samplesOf({ previous, current, timestamp }, options.identity);
    previous = current;
    lastTimestamp = timestamp;
    try {
      if (samples.length > 0) await options.sink(samples);
    } catch (thrown) {
      failing.set('sink', asError(thrown));
    }
    trouble(failing);
  };

  const schedule = (): void => {
    if (stopped) return;
    const now = clock.wallMs();
    cancel = clock.after(everyMs - (now % everyMs), () => {
      underWay = onTime().finally(schedule);
    });
  };

  /** A timer that fires early, or a wall clock that stepped, must not give one timestamp twice. */
  const onTime = async (): Promise<void> => {
    const now = clock.wallMs();
    const timestamp = now - (now % everyMs);
    if (timestamp === lastTimestamp) return;
    await look(timestamp).catch((thrown: unknown) => options.onTrouble('collector', asError(thrown)));
  };

  return {
    start: async () => {
      await look(clock.wallMs());
      schedule();
    },
    stop: async () => {
      stopped = true;
      cancel();
      await underWay;
    },
  };
}

/** Says each trouble once, when it begins and when it ends. */
function troubleBook(tell: CollectorOptions['onTrouble']): (failing: ReadonlyMap<string, Error>) => void {
  const known = new Set<string>();
  return (failing) => {
    for (const [part, error] of failing) {
      if (known.has(part)) continue;
      known.add(part);
      tell(part, error);
    }
    for (const part of known) {
      if (failing.has(part)) continue;
      known.delete(part);
      tell(part, null);
    }
  };
}
