import { cutFold, type FoldCut } from '@cloudbell/core/alert/checkpoint.ts';
import { FOLD_VERSION, type FoldState } from '@cloudbell/core/alert/fold.ts';
import type { FoldPage } from '@cloudbell/core/alert/fold-pages.ts';
import type { LogRecord, Position } from '@cloudbell/core/alert/log-record.ts';
import type { Logger } from '../base/logger.ts';
import type { SampleLog } from '../ports/sample-log.ts';
import type { Committer } from './committer.ts';
import { roughBytes } from './entry-group.ts';
import type { EvaluatorLimits } from './options.ts';
import { TrimBound } from './trim-bound.ts';

export interface CheckpointerOptions {
  readonly partition: number;
  readonly log: SampleLog;
  readonly committer: Committer;
  readonly logger: Logger;
  readonly limits: Pick<EvaluatorLimits, 'checkpointEntries' | 'checkpointBytes'>;
  readonly followerBytesMax?: number | null;
}

/**
 * Saves the fold by log volume, so that a replay stays short, and trims the log up to there, or up to where who
 * follows the log has come. Which pages changed is
 * settled at once, between two entries; they are written while the fold goes on. It becomes the checkpoint only when
 * its position is committed, since a checkpoint past that would skip effects which nobody has.
 */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  #entries = 0;
  #bytes = 0;
  /** What the last checkpoint had to write: one that writes much comes less often, within bounds. */
  #lastBytes = 0;
  #saved: Position | null;
  readonly #trimBound: TrimBound;
  #saving: Promise<void> | null = null;

  constructor(options: CheckpointerOptions, saved: Position | null) {
    this.#options = options;
    this.#saved = saved;
    this.#trimBound = new TrimBound(options.followerBytesMax ?? null);
  }

  /** What follows the log needs entries from here on. */
  keepFrom(position: Position): void {
    this.#trimBound.keepFrom(position);
  }

  /** Counts an entry; saves when enough have come together. */
  note(records: readonly LogRecord[], state: FoldState, position: Position): void {
    const { checkpointEntries, checkpointBytes } = this.#options.limits;
    this.#entries += 1;
    this.#bytes += roughBytes(records);
    const enoughBytes = Math.min(3 * checkpointBytes, Math.max(checkpointBytes, this.#lastBytes / 2));
    if (this.#entries < checkpointEntries && this.#bytes < enoughBytes) return;
    void this.save(state, position);
  }

  /** Never rejects: without this checkpoint the next start replays more. One save at a time; a second call is the first. */
  save(state: FoldState, position: Position): Promise<void> {
    if (position === this.#saved) return Promise.resolve();
    this.#saving ??= this.#save(state, position).finally(() => {
      this.#saving = null;
    });
    return this.#saving;
  }

  /** Resolves when no save is under way. */
  async idle(): Promise<void> {
    await this.#saving;
  }

  async #save(state: FoldState, position: Position): Promise<void> {
    const { partition, log, committer, logger, limits } = this.#options;
    const volume = this.#bytes;
    this.#entries = 0;
    this.#bytes = 0;
    let cut: FoldCut | null = null;
    try {
      // Before anything is awaited: the state moves on meanwhile.
      cut = cutFold(state);
      if (!(await committer.flush(position))) return cut.giveUp();
      const [foldVersion, whole] = [FOLD_VERSION, this.#saved === null];
      await log.saveCheckpoint(partition, { position, foldVersion, head: cut.head, pages: this.#pagesOf(cut), whole });
      cut = null;
      this.#saved = position;
      const { upTo, overruns } = this.#trimBound.next(position, volume);
      if (overruns) {
        logger.error({ partition, upTo: String(upTo) }, 'history is too far behind: it loses what is trimmed now');
      }
      await log.trim(partition, upTo);
    } catch (err) {
      cut?.giveUp();
      logger.warn({ err, partition, position: String(position) }, 'a checkpoint failed; the log is kept for replay');
      // Again after a tenth of the usual volume: a save costs too much to follow every entry.
      this.#entries = Math.floor(limits.checkpointEntries * 0.9);
    }
  }

  *#pagesOf(cut: FoldCut): Generator<FoldPage> {
    this.#lastBytes = cut.head.length;
    for (let page = cut.take(); page !== null; page = cut.take()) {
      this.#lastBytes += page.bytes.length;
      yield page;
    }
  }
}
