import type { Problem } from '@cloudbell/core/contract/problem.ts';
import type { IndexedSeries } from './series-index.ts';

/** Nothing is known of the slot, or it has to be looked at again. */
export const UNKNOWN = 0;
/** Its series is in the log: the id is all there is to know. */
export const CONFIRMED = 1;
/** Its series has an id, and its definition travels along until an append that carried it has resolved. */
export const GIVEN = 2;
/** Its labels are wrong, and stay so. */
export const REFUSED = 3;
/** The account has no room for it; looked at again when it has. */
export const OVER_LIMIT = 4;

/** What the slots of a label table stand for: arrays by slot, so that a known series costs two loads. */
export class SlotBook {
  states = new Uint8Array(512);
  ids = new Uint32Array(512);
  partitions = new Uint16Array(512);
  /** The index's round in which a slot was last used. */
  usedIn = new Uint32Array(512);
  readonly series: (IndexedSeries | undefined)[] = [];
  readonly problems = new Map<number, Problem>();

  /** Makes room for slots below `count`. */
  reserve(count: number): void {
    if (count <= this.states.length) return;
    const length = Math.max(count, this.states.length * 2);
    const { states, ids, partitions, usedIn } = this;
    this.states = new Uint8Array(length);
    this.states.set(states);
    this.ids = new Uint32Array(length);
    this.ids.set(ids);
    this.partitions = new Uint16Array(length);
    this.partitions.set(partitions);
    this.usedIn = new Uint32Array(length);
    this.usedIn.set(usedIn);
  }

  /** Every slot is looked at again when it is next used. */
  doubt(): void {
    this.states.fill(UNKNOWN);
    for (const [slot, series] of this.series.entries()) if (series?.isForgotten === true) this.series[slot] = undefined;
  }

  /** Tells each series when it was last used. */
  noteUse(): void {
    for (const [slot, series] of this.series.entries()) {
      if (series !== undefined) series.usedIn = Math.max(series.usedIn, this.usedIn[slot] as number);
    }
  }

  clear(): void {
    this.states.fill(UNKNOWN);
    this.series.length = 0;
    this.problems.clear();
  }

  give(slot: number, series: IndexedSeries): void {
    this.series[slot] = series;
    this.ids[slot] = series.definition.id;
    this.partitions[slot] = series.partition;
    this.states[slot] = series.confirmed === null ? GIVEN : CONFIRMED;
  }

  refuse(slot: number, problem: Problem, state: number): void {
    this.problems.set(slot, problem);
    this.states[slot] = state;
  }
}
