import { wordsOfHex } from './id-words.ts';
import { ALERT_ID, FLAGS, HAS_ALERT_ID, ROW_WORDS } from './pair-table.ts';
import type { Fold, Watch } from './state.ts';

/** Number of the live pair of a watch whose alert has this id, or -1. Looks at each: people ask, samples never. */
export function findAlert(fold: Fold, watch: Watch, alertId: string): number {
  const { words } = fold.pairs.rows;
  const { numbers, count } = watch.alive;
  if (!/^[0-9a-f]{32}$/.test(alertId)) return -1;
  const [a, b, c, d] = wordsOfHex(alertId);
  for (let i = 0; i < count; i++) {
    const pair = numbers[i] as number;
    const row = pair * ROW_WORDS;
    if (words[row + ALERT_ID] !== a || ((words[row + FLAGS] as number) & HAS_ALERT_ID) === 0) continue;
    if (words[row + ALERT_ID + 1] === b && words[row + ALERT_ID + 2] === c && words[row + ALERT_ID + 3] === d)
      return pair;
  }
  return -1;
}
