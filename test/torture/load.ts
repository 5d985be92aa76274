import { type CloudbellUnderTorture, pause } from './cloudbell-under-torture.ts';
import type { HistoryFile } from './history.ts';
import type { Behaviour } from './receivers.ts';

/**
 * Samples of which each is to change the level of its resource: 97.39, 12, 97.39, 12 … one in every {@link STRIDE}th
 * window of 1 s. So each acknowledged sample makes exactly one notification due, and which is known beforehand.
 *
 * A sample that was not acknowledged is posted again, until it is. Its rule waits `graceS` for it. Where kills and starts
 * take longer, it may have come too late to have a say; then nothing is expected of its resource any more, and one of
 * another name takes its place.
 */
const STRIDE = 4;
/** ms between two posts. */
const BEAT_MS = 100;
const BATCH_MAX = 2000;

interface Resource {
  readonly endpoint: string;
  name: string;
  /** The windows k with k % STRIDE === phase, and the beat within the window. */
  readonly phase: number;
  readonly beat: number;
  high: boolean;
}
interface Sample {
  readonly resource: Resource;
  /** The resource's at that time. */
  readonly name: string;
  readonly timestamp: number;
  readonly high: boolean;
}

export interface LoadOptions {
  readonly cloudbell: CloudbellUnderTorture;
  readonly history: HistoryFile;
  readonly behaviours: readonly Behaviour[];
  readonly perSecond: number;
  readonly graceS: number;
}

export class Load {
  readonly #options: LoadOptions;
  readonly #resources: Resource[];
  #waiting: Sample[] = [];
  #running = true;
  #abandoned = false;
  #lastBeat = 0;
  #due = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#resources = resourcesOf(options.behaviours, options.perSecond);
  }

  get due(): number {
    return this.#due;
  }

  /** Runs until {@link stop}, and then until everything is acknowledged. */
  async run(): Promise<void> {
    this.#lastBeat = Math.floor(Date.now() / BEAT_MS);
    while (!this.#abandoned && (this.#running || this.#waiting.length > 0)) {
      const wait = pause(BEAT_MS);
      if (this.#running) this.#beat();
      await this.#post();
      await wait;
    }
  }

  stop(): void {
    this.#running = false;
  }

  /** Runs no longer, whatever is not acknowledged: nobody is there to acknowledge it. */
  abandon(): void {
    this.#abandoned = true;
  }

  /** Everything whose time has come since the last beat. */
  #beat(): void {
    const now = Math.floor(Date.now() / BEAT_MS);
    for (let beat = this.#lastBeat + 1; beat <= now; beat++) {
      const window = Math.floor((beat * BEAT_MS) / 1000);
      const within = beat % (1000 / BEAT_MS);
      for (const resource of this.#resources) {
        if (resource.beat !== within || resource.phase !== window % STRIDE) continue;
        resource.high = !resource.high;
        this.#waiting.push({ resource, name: resource.name, timestamp: beat * BEAT_MS, high: resource.high });
      }
    }
    this.#lastBeat = now;
  }

  async #post(): Promise<void> {
    const { cloudbell } = this.#options;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH_MAX);
      const answer = await cloudbell.call('POST', '/api/v1/samples', batch.map(asSample)).catch(() => null);
      if (answer === null || answer.status >= 500 || answer.status === 429) return;
      if (answer.status !== 200 || JSON.parse(answer.text).rejected !== 0) throw new Error(answer.text);
      for (const sample of batch) this.#acknowledged(sample, Date.now());
      this.#waiting = this.#waiting.slice(batch.length);
    }
  }

  #acknowledged({ resource, name, timestamp, high }: Sample, t: number): void {
    const { history, graceS } = this.#options;
    const { endpoint } = resource;
    const window = Math.floor(timestamp / 1000) + 1;
    if (name !== resource.name) return;
    if (t > (window + graceS - 1) * 1000) {
      history.write({ kind: 'uncertain', t, endpoint, resource: name, window });
      resource.name = `${name}'`;
      resource.high = false;
      return;
    }
    this.#due++;
    const of = { endpoint, resource: name, window, level: high ? 'WARN' : 'OK', before: high ? 'null' : 'WARN' };
    history.write({ kind: 'due', t, of });
  }
}

export const metricOf = (endpoint: string): string => `of.${endpoint.replaceAll(' ', '.')}`;

function asSample({ resource, name, timestamp, high }: Sample): object {
  return {
    namespace: 'torture',
    metricName: metricOf(resource.endpoint),
    dimensions: { instanceId: name },
    timestamp,
    value: high ? 97.39 : 12,
  };
}

/** Shares of the rate, as resources spread evenly over windows and beats. */
function resourcesOf(behaviours: readonly Behaviour[], perSecond: number): Resource[] {
  const shares = behaviours.reduce((sum, { share }) => sum + share, 0);
  return behaviours.flatMap(({ name: endpoint, share }) => {
    const count = Math.round((perSecond * STRIDE * share) / shares);
    return Array.from({ length: count }, (_, at): Resource => {
      const beats = 1000 / BEAT_MS;
      const beat = at % beats;
      return { endpoint, name: `i-${at}`, phase: Math.floor(at / beats) % STRIDE, beat, high: false };
    });
  });
}
