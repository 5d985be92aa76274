import type { Clock } from '../base/clock.ts';
import { asError } from '../base/errors.ts';
import type { ScrapeJob } from './job.ts';

export interface ScraperOptions {
  readonly jobs: readonly ScrapeJob[];
  readonly clock: Clock;
  /** One scrape; answers what is wrong with the target, or null; rejects when nothing could be stored. */
  readonly scrape: (target: URL, job: ScrapeJob, timestampMs: number) => Promise<Error | null>;
  /** Told once when a target begins to fail, and when it is well again (null). */
  readonly onTrouble: (target: URL, error: Error | null) => void;
}

export interface Scraper {
  start(): void;
  /** No scrape begins after this; resolves when those under way have ended, each by its deadline. */
  stop(): Promise<void>;
}

/**
 * Every target at its own place within the interval, the same after each start, so that a thousand targets are a
 * steady stream and not a flood every 15 s. One scrape of a target at a time: a place that comes while one is under way
 * is left out, never made up for.
 */
export function createScraper({ jobs, clock, scrape, onTrouble }: ScraperOptions): Scraper {
  const cancels = new Map<object, () => void>();
  const underWay = new Set<Promise<void>>();
  let isStopped = false;

  const follow = (job: ScrapeJob, target: URL): void => {
    const place = placeOf(`${job.name} ${target.href}`, job.intervalMs);
    const key = {};
    let isBusy = false;
    let isFailing = false;
    let lastMs = Number.NEGATIVE_INFINITY;
    const look = async (timestampMs: number): Promise<void> => {
      isBusy = true;
      const error = await scrape(target, job, timestampMs).catch(asError);
      if ((error !== null) !== isFailing) onTrouble(target, error);
      isFailing = error !== null;
      isBusy = false;
    };
    const schedule = (): void => {
      if (isStopped) return;
      const now = clock.wallMs();
      const sinceMs = (((now - place) % job.intervalMs) + job.intervalMs) % job.intervalMs;
      cancels.set(
        key,
        clock.after(job.intervalMs - sinceMs, () => {
          const timestampMs = Math.floor(clock.wallMs());
          // A timer that fires early, or a clock that stepped, must not give one timestamp twice.
          if (!isBusy && timestampMs !== lastMs) {
            lastMs = timestampMs;
            const looking = look(timestampMs).finally(() => underWay.delete(looking));
            underWay.add(looking);
          }
          schedule();
        }),
      );
    };
    schedule();
  };

  return {
    start: () => {
      for (const job of jobs) for (const target of job.targets) follow(job, target);
    },
    stop: async () => {
      isStopped = true;
      for (const cancel of cancels.values()) cancel();
      await Promise.all(underWay);
    },
  };
}

/** Where in the interval a target is scraped, ms: spread evenly, the same each time. FNV-1a. */
export function placeOf(text: string, intervalMs: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return ((hash ^ (hash >>> 15)) >>> 0) % intervalMs;
}
