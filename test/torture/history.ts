import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * What a torture run did and saw, one JSON line each, in the order it happened; `t` is the harness' wall clock, ms. The
 * verdict is made of these lines alone (check.ts), so a history that somebody else wrote can be judged as well.
 *
 * due       samples that Cloudbell acknowledged make this notification due: `endpoint`, `resource`, and `window`, the
 *           end of the deciding window in s, name it
 * uncertain the harness was too slow: what is due of this resource, from that window on, is not known
 * received  a receiver read a whole request
 * accepted  that receiver answered 2xx to it, whatever became of the answer
 * killed    kill -9
 * sent      Cloudbell's own ledger, read at the end: an attempt; `number` when it was judged
 * ended     the same: how a delivery ended
 */
export type Line =
  | { readonly kind: 'due'; readonly t: number; readonly of: Notified }
  | {
      readonly kind: 'uncertain';
      readonly t: number;
      readonly endpoint: string;
      readonly resource: string;
      readonly window: number;
    }
  | { readonly kind: 'received'; readonly t: number; readonly id: string; readonly of: Notified; readonly try: number }
  | { readonly kind: 'accepted'; readonly t: number; readonly id: string }
  | { readonly kind: 'killed'; readonly t: number }
  | {
      readonly kind: 'sent';
      readonly t: number;
      readonly id: string;
      readonly outcome: string | null;
      readonly number: number | null;
    }
  | { readonly kind: 'ended'; readonly t: number; readonly id: string; readonly state: string };

export interface Notified {
  readonly endpoint: string;
  readonly resource: string;
  readonly window: number;
  readonly level: string;
  /** `preTriggerLevel`. */
  readonly before: string;
}

export class HistoryFile {
  readonly path: string;
  readonly #file: WriteStream;

  constructor(path: string) {
    this.path = path;
    this.#file = createWriteStream(path);
  }

  write(line: Line): void {
    this.#file.write(`${JSON.stringify(line)}\n`);
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#file.once('error', reject);
      this.#file.end(() => resolve());
    });
  }
}

export async function* readHistory(path: string): AsyncGenerator<Line> {
  for await (const line of createInterface({ input: createReadStream(path) })) yield JSON.parse(line) as Line;
}
