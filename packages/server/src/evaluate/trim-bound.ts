import type { Position } from '@cloudbell/core/alert/log-record.ts';

/**
 * How far the log may be trimmed. The fold needs nothing up to its checkpoint; who follows the log may still need it,
 * and says so. That holds the trimming back, but never by more than a number of bytes: a follower that is stuck must
 * not fill the disk that alerting needs.
 */
export class TrimBound {
  readonly #keptBytesMax: number;
  #neededFrom: Position | null = null;
  /** Bytes of entries up to a position, since the mark before it; oldest first. */
  #marks: { readonly position: Position; readonly bytes: number }[] = [];

  /** Null: nobody follows. */
  constructor(keptBytesMax: number | null) {
    this.#keptBytesMax = keptBytesMax ?? -1;
  }

  keepFrom(position: Position): void {
    this.#neededFrom = position;
  }

  /**
   * Up to where the log is to be trimmed after a checkpoint at `position`, and whether that is more than the follower
   * allowed. `bytes`: about what was appended since the call before.
   */
  next(position: Position, bytes: number): { readonly upTo: Position; readonly overruns: boolean } {
    if (this.#keptBytesMax < 0) return { upTo: position, overruns: false };
    this.#marks.push({ position, bytes });
    // Until the follower has spoken it may need everything. Its own entry stays: by it, it knows its log again.
    const allowed = this.#neededFrom === null ? 0n : this.#neededFrom - 1n;
    let upTo = allowed < position ? allowed : position;
    this.#marks = this.#marks.filter((mark) => mark.position > upTo);
    let kept = this.#marks.reduce((sum, mark) => sum + mark.bytes, 0);
    let overruns = false;
    while (kept > this.#keptBytesMax) {
      const oldest = this.#marks.shift();
      if (oldest === undefined) break;
      kept -= oldest.bytes;
      upTo = oldest.position;
      overruns = true;
    }
    return { upTo, overruns };
  }
}
