import type { AttemptResult } from '@cloudbell/core/notify/delivery.ts';
import type { Clock } from '../base/clock.ts';
import { asError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';

/**
 * The dead man's switch: as long as Cloudbell does its work, a URL is asked at a steady interval; who watches that URL
 * learns of what Cloudbell cannot say itself. It is a promise and not a ping: before each beat `ailment` tries the work,
 * and where that fails nothing is sent.
 *
 * beating  the last beat was taken. Left when one is withheld or not taken.
 * silent   it was not; said once in the log. Left when one is.
 */
export interface HeartbeatOptions {
  readonly everyMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Why Cloudbell does not do its work, as a sentence; null when it does. Never rejects. */
  readonly ailment: () => Promise<string | null>;
  readonly beat: () => Promise<AttemptResult>;
}

export interface Heartbeat {
  start(): void;
  stop(): void;
}

export function createHeartbeat({ everyMs, clock, logger, ailment, beat }: HeartbeatOptions): Heartbeat {
  let cancel = (): void => undefined;
  let isStopped = false;
  let isUnderWay = false;
  let silentBecause: string | null = null;

  async function turn(): Promise<void> {
    // What takes longer than the interval is silence already.
    if (isUnderWay) return;
    isUnderWay = true;
    const reason = await reasonOfSilence().catch((thrown: unknown) => asError(thrown).message);
    isUnderWay = false;
    if (isStopped) return;
    if (reason !== null && silentBecause === null) logger.error({ reason }, 'the heartbeat stops');
    if (reason === null && silentBecause !== null) logger.info({}, 'the heartbeat goes on');
    silentBecause = reason;
  }

  async function reasonOfSilence(): Promise<string | null> {
    const ill = await ailment();
    if (ill !== null || isStopped) return ill;
    const { outcome, error } = await beat();
    return outcome === 'accepted' ? null : `the receiver of heartbeats: ${error ?? outcome}`;
  }

  /** By the interval, whatever a beat takes. */
  function run(dueMono: number): void {
    void turn();
    const next = dueMono + everyMs;
    cancel = clock.after(Math.max(0, next - clock.monoMs()), () => run(Math.max(next, clock.monoMs() - everyMs)));
  }

  return {
    start: () => run(clock.monoMs()),
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
}
