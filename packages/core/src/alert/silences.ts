import { seriesOf } from './alert-of.ts';
import { alertIdOf } from './ids.ts';
import type { Pair } from './pair.ts';
import { isInForce, type Silence, silenceMatches } from './silence.ts';
import type { Fold } from './state.ts';

/** The silences a fold knows, and whether one of them holds an alert back. They are few: all are looked at. */

/** How long one is kept after its end, ms: a clock set back may bring it into force again, and an old record is told by its version. */
const KEPT_MS = 86_400_000;

export function silenceKey({ account, silenceId }: Pick<Silence, 'account' | 'silenceId'>): string {
  return JSON.stringify([account, silenceId]);
}

export function isSilenced(fold: Fold, pair: Pair, at: number): boolean {
  for (const silence of fold.silences.values()) {
    if (isInForce(silence, at) && isAbout(fold, silence, pair)) return true;
  }
  return false;
}

export function isAbout(fold: Fold, silence: Silence, pair: Pair): boolean {
  const { watch } = pair;
  if (silence.account !== watch.account) return false;
  const series = seriesOf(fold, pair);
  const { dimensions } = series;
  // The id costs a digest, and a pair that was never heard of has none yet.
  const alertId = 'alertId' in silence.by ? (pair.alertId ?? alertIdOf(fold.options.digest, watch.ruleId, series)) : '';
  return silenceMatches(silence, { account: watch.account, ruleId: watch.ruleId, alertId, dimensions });
}

/** Announces the earliest end of a silence after an event time. */
export function scheduleSilenceEnd(fold: Fold, after: number): void {
  let earliest = Number.POSITIVE_INFINITY;
  for (const { until } of fold.silences.values()) if (until > after) earliest = Math.min(earliest, until);
  fold.silenceEnd = earliest;
}

export function forgetOldSilences(fold: Fold, now: number): void {
  for (const [key, { until }] of fold.silences) if (until + KEPT_MS <= now) fold.silences.delete(key);
}
