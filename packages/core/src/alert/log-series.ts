import type { SeriesDefinition } from '../metric/series.ts';

/**
 * Series ids are dense per partition (semantics.md, Log): a definition either repeats a known id or takes the next.
 * Answers how many series there are after these definitions; null when one skips an id.
 */
export function seriesCountAfter(count: number, definitions: readonly SeriesDefinition[]): number | null {
  let next = count;
  for (const { id } of definitions) {
    if (!Number.isSafeInteger(id) || id < 0 || id > next) return null;
    if (id === next) next += 1;
  }
  return next;
}
