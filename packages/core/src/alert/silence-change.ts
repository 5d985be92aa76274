import { reconcile } from './reconcile.ts';
import { isInForce, type Silence } from './silence.ts';
import { forgetOldSilences, isAbout, scheduleSilenceEnd, silenceKey } from './silences.ts';
import { eventTime, type Fold, ruleKey, type Watch } from './state.ts';
import type { Folding } from './step.ts';

/**
 * Takes one version of a silence; one that is not newer changes nothing. A start decides nothing by itself: from then
 * on what becomes due is held back. An end brings up to date what was: by its time, here when it is moved into the past.
 */
export function applySilence(folding: Folding, silence: Silence): void {
  const { fold } = folding;
  const now = eventTime(fold);
  const key = silenceKey(silence);
  const before = fold.silences.get(key);
  if (before !== undefined && before.version >= silence.version) return;
  forgetOldSilences(fold, now);
  fold.silences.set(key, silence);
  scheduleSilenceEnd(fold, now);
  if (before !== undefined && isInForce(before, now)) release(folding, [before], now);
}

/** The silences that end at the announced time are over: what they held goes out, unless something else holds it. */
export function endSilences(folding: Folding, end: number, at: number): void {
  const { fold } = folding;
  const ended = [...fold.silences.values()].filter(({ until }) => until === end);
  scheduleSilenceEnd(fold, end);
  release(folding, ended, at);
}

/** Event time has stepped back: some silences are in force again, and some are not any more. */
export function recheckSilences(folding: Folding, from: number, to: number): void {
  const { fold } = folding;
  if (fold.silences.size === 0) return;
  scheduleSilenceEnd(fold, to);
  const over = [...fold.silences.values()].filter((silence) => isInForce(silence, from) && !isInForce(silence, to));
  release(folding, over, to);
}

function release(folding: Folding, silences: readonly Silence[], at: number): void {
  if (silences.length === 0) return;
  const { fold } = folding;
  const watches = new Set(silences.flatMap((silence) => watchesUnder(fold, silence)));
  reconcile(folding, watches, at, (pair) => silences.some((silence) => isAbout(fold, silence, pair)));
}

function watchesUnder(fold: Fold, { account, by }: Silence): Watch[] {
  if ('ruleId' in by) {
    const watch = fold.watches.get(ruleKey(account, by.ruleId));
    return watch === undefined ? [] : [watch];
  }
  return [...fold.watches.values()].filter((watch) => watch.account === account);
}
