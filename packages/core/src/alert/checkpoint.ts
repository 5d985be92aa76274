import type { SeriesDefinition } from '../metric/series.ts';
import type { Rule } from '../rule/rule.ts';
import type { Alert } from './alert.ts';
import { FOLD_VERSION, type FoldOptions, type FoldState } from './fold.ts';
import type { Gap } from './gaps.ts';
import { addDeadline, OPENING } from './schedule.ts';
import type { Silence } from './silence.ts';
import { silenceKey } from './silences.ts';
import {
  type Acknowledged,
  type Counts,
  createState,
  type Fold,
  NO_COUNTERS,
  type Pair,
  ruleKey,
  type Watch,
} from './state.ts';
import { decodeLines, encodeLines } from './text-lines.ts';
import { createWatch, defineSeries, enlist, findPair, startWatching } from './watches.ts';
import { exportWindow, importWindow } from './window-pool.ts';

/**
 * A fold as bytes: one JSON value per line, first what there is one of, then rules, series, live pairs, and adopted
 * alerts. Dormant pairs, indexes and deadlines are not written, they follow from the rest. Loading one gives a fold
 * that decides exactly as the saved one would have: numbers keep every bit.
 */
interface Head {
  readonly foldVersion: number;
  readonly logTime: SavedNumber;
  readonly skew: number;
  readonly advancedTo: SavedNumber;
  readonly gaps: readonly Gap[];
  readonly zones: readonly (readonly [string, string])[];
  readonly deletedVersions: readonly (readonly [string, number])[];
  readonly silences: readonly Silence[];
  readonly silenceEnd: SavedNumber;
  readonly acknowledged: readonly (readonly [string, Acknowledged])[];
  readonly counts: Counts;
  readonly watches: number;
  readonly series: number;
  readonly pairs: number;
  readonly adopted: number;
}

interface SavedWatch {
  readonly rule: Rule;
  readonly seesFrom: SavedNumber;
  readonly closedTo: SavedNumber;
  readonly opening: number | null;
}

const FLAT = [
  'state',
  'level',
  'transId',
  'counters',
  'emptyWindows',
  'notifiedLevel',
  'preTriggerLevel',
  'repeatHeld',
  'alertId',
] as const;
const NUMBERS = ['firstStart', 'observedFrom', 'since', 'triggeredAt', 'notifiedAt', 'value'] as const;

/** JSON has no NaN and no infinities. */
type SavedNumber = number | string;
const saved = (value: number): SavedNumber => (Number.isFinite(value) ? value : String(value));

export function saveFold(state: FoldState): Uint8Array {
  return encodeLines(linesOf(state));
}

function* linesOf(fold: Fold): Generator<unknown> {
  const watches = [...fold.watches.values()];
  const head: Head = {
    foldVersion: FOLD_VERSION,
    logTime: saved(fold.logTime),
    skew: fold.skew,
    advancedTo: saved(fold.advancedTo),
    gaps: fold.gaps,
    zones: [...fold.zones],
    deletedVersions: [...fold.deletedVersions],
    silences: [...fold.silences.values()],
    silenceEnd: saved(fold.silenceEnd),
    acknowledged: [...fold.acknowledged],
    counts: fold.counts,
    watches: watches.length,
    series: fold.series.reduce((known) => known + 1, 0),
    pairs: watches.reduce((sum, watch) => sum + watch.pairs.length, 0),
    adopted: fold.adopted.size,
  };
  yield head;
  for (const watch of watches) yield savedWatch(watch);
  for (const series of fold.series) if (series !== undefined) yield series;
  for (const [index, watch] of watches.entries()) for (const pair of watch.pairs) yield savedPair(fold, pair, index);
  yield* fold.adopted.values();
}

function savedWatch(watch: Watch): SavedWatch {
  return {
    rule: watch.rule,
    seesFrom: saved(watch.seesFrom),
    closedTo: saved(watch.closedTo),
    opening: watch.opening?.at ?? null,
  };
}

/** [rule index, series id, the flat fields, the numbers, the windows from latest to earliest] */
function savedPair(fold: Fold, pair: Pair, watchIndex: number): unknown[] {
  const windows: number[][] = [];
  for (let slot = pair.slot; slot !== -1; slot = fold.pool.next[slot] as number) {
    windows.push(exportWindow(fold.pool, slot));
  }
  const flat = FLAT.map((name) => pair[name]);
  const numbers = NUMBERS.map((name) => saved(pair[name]));
  return [watchIndex, pair.seriesId, flat, numbers, windows];
}

/** Throws when the bytes are not a whole checkpoint of this fold's version. */
export function loadFold(options: FoldOptions, bytes: Uint8Array): FoldState {
  const lines = decodeLines(bytes);
  const take = (): unknown => {
    const line = lines.next();
    if (line.done === true) throw new Error('checkpoint is cut off');
    return line.value;
  };
  const head = take() as Head;
  if (head.foldVersion !== FOLD_VERSION) throw new Error(`checkpoint is of fold version ${head.foldVersion}`);
  const fold = createState(options);
  fold.logTime = Number(head.logTime);
  fold.skew = head.skew;
  fold.advancedTo = Number(head.advancedTo);
  fold.gaps = [...head.gaps];
  for (const [account, zone] of head.zones) fold.zones.set(account, zone);
  for (const [key, version] of head.deletedVersions) fold.deletedVersions.set(key, version);
  for (const silence of head.silences) fold.silences.set(silenceKey(silence), silence);
  fold.silenceEnd = Number(head.silenceEnd);
  for (const [alertId, acknowledged] of head.acknowledged) fold.acknowledged.set(alertId, acknowledged);
  const watches: Watch[] = [];
  for (let i = 0; i < head.watches; i++) watches.push(loadWatch(fold, take() as SavedWatch));
  for (let i = 0; i < head.series; i++) defineSeries(fold, take() as SeriesDefinition);
  for (let i = 0; i < head.pairs; i++) loadPair(fold, watches, take() as ReturnType<typeof savedPair>);
  for (let i = 0; i < head.adopted; i++) {
    const alert = take() as Alert;
    fold.adopted.set(alert.alertId, alert);
  }
  Object.assign(fold.counts, head.counts);
  return fold;
}

function loadWatch(fold: Fold, { rule, seesFrom, closedTo, opening }: SavedWatch): Watch {
  const watch = createWatch(rule, Number(seesFrom));
  watch.closedTo = Number(closedTo);
  fold.watches.set(ruleKey(rule.account, rule.ruleId), watch);
  if (rule.enabled) startWatching(fold, watch);
  if (opening !== null) {
    watch.opening = { at: opening, end: OPENING, watch, live: true };
    addDeadline(fold.schedule, watch.opening);
  }
  return watch;
}

function loadPair(fold: Fold, watches: readonly Watch[], line: readonly unknown[]): void {
  const [watchIndex, seriesId, flat, numbers, windows] = line as [number, number, unknown[], SavedNumber[], number[][]];
  const watch = watches[watchIndex];
  const pair = watch === undefined ? undefined : findPair(fold, watch, seriesId);
  if (pair === undefined) throw new Error('checkpoint holds a pair that no rule makes');
  const fields = pair as unknown as Record<string, unknown>;
  for (let i = 0; i < FLAT.length; i++) fields[FLAT[i] as string] = flat[i];
  for (let i = 0; i < NUMBERS.length; i++) fields[NUMBERS[i] as string] = Number(numbers[i]);
  if (pair.counters.every((count) => count === 0)) pair.counters = NO_COUNTERS;
  for (const window of windows.toReversed()) {
    const slot = importWindow(fold.pool, window);
    fold.pool.next[slot] = pair.slot;
    pair.slot = slot;
  }
  enlist(fold, pair);
}
