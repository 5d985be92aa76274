import type { Rule } from '../rule/rule.ts';
import type { Alert } from './alert.ts';
import { scheduleClose } from './deadlines.ts';
import { FOLD_VERSION, type FoldOptions, type FoldState } from './fold.ts';
import { cutPages, type FoldPage, giveBack, pagesOf, putSealed, tablesOf, takeSealed } from './fold-pages.ts';
import type { Gap } from './gaps.ts';
import { DIRTY } from './pages.ts';
import { ALIVE, FLAGS, keepBefores, ROW_WORDS, relinkPairs, WATCH } from './pair-table.ts';
import { reserve } from './rows.ts';
import { addDeadline, OPENING } from './schedule.ts';
import { type MetricName, metricOf } from './series-table.ts';
import type { Silence } from './silence.ts';
import { silenceKey } from './silences.ts';
import { keepValues } from './stamp-pool.ts';
import { type Acknowledged, type Counts, createState, type Fold, ruleKey, type Watch } from './state.ts';
import { decodeLines, encodeLines } from './text-lines.ts';
import { createWatch, listPair, offerToNewSeries } from './watches.ts';

/**
 * A fold as bytes. The *head* has what there is little of, one JSON value per line: times, rules, metrics, adopted
 * alerts. What there is much of, pairs, windows, series, are *pages* (fold-pages.ts); a checkpoint has a new head and
 * the pages that changed since the one before it. Indexes and deadlines are not written, they follow from the rest.
 * Loading gives a fold that decides exactly as the saved one would have: numbers keep every bit.
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
  readonly openWindows: number;
  /** Of each table: rows ever taken, and the first that can be taken again. Null for one that is not kept. */
  readonly tables: readonly ({ readonly used: number; readonly free: number } | null)[];
  readonly series: number;
  readonly metrics: number;
  readonly watches: number;
  readonly adopted: number;
}

interface SavedWatch {
  readonly number: number;
  readonly rule: Rule;
  readonly seesFrom: SavedNumber;
  readonly closedTo: SavedNumber;
  readonly opening: number | null;
}

/** JSON has no NaN and no infinities. */
type SavedNumber = number | string;
const saved = (value: number): SavedNumber => (Number.isFinite(value) ? value : String(value));

/** A fold as it was at one moment, to be written while it goes on. One at a time. */
export interface FoldCut {
  readonly head: Uint8Array;
  /** Pages not yet taken. */
  readonly left: () => number;
  /** The pages that changed since the cut before, one by one; to be taken to the end, or given up. */
  readonly take: () => FoldPage | null;
  /** The checkpoint came to nothing: what it would have held belongs to the next. */
  readonly giveUp: () => void;
}

export function cutFold(fold: FoldState): FoldCut {
  fold.series.cutAt = fold.series.texts.length;
  const head = encodeLines(headLines(fold));
  const pages = cutPages(fold);
  let next = 0;
  return {
    head,
    left: () => pages.length - next,
    take: () => {
      const page = pages[next++];
      return page === undefined ? null : takeSealed(fold, page);
    },
    giveUp: () => giveBack(fold, pages),
  };
}

/** A whole fold at once. */
export interface SavedFold {
  readonly head: Uint8Array;
  readonly pages: Iterable<FoldPage>;
}

/** Everything, whatever was saved before. */
export function saveFold(fold: FoldState): SavedFold & { readonly pages: FoldPage[] } {
  for (const { table } of tablesOf(fold)) table?.marks.fill(DIRTY);
  fold.series.marks.fill(DIRTY);
  const cut = cutFold(fold);
  const pages: FoldPage[] = [];
  for (let page = cut.take(); page !== null; page = cut.take()) pages.push(page);
  return { head: cut.head, pages };
}

function* headLines(fold: Fold): Generator<unknown> {
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
    openWindows: fold.pool.open,
    tables: tablesOf(fold).map(({ table }) => (table === null ? null : { used: table.used, free: table.free })),
    series: fold.series.texts.length,
    metrics: fold.series.metrics.length,
    watches: watches.length,
    adopted: fold.adopted.size,
  };
  yield head;
  for (const { account, namespace, metricName } of fold.series.metrics) yield { account, namespace, metricName };
  for (const watch of watches) yield savedWatch(watch);
  yield* fold.adopted.values();
}

function savedWatch(watch: Watch): SavedWatch {
  return {
    number: watch.number,
    rule: watch.rule,
    seesFrom: saved(watch.seesFrom),
    closedTo: saved(watch.closedTo),
    opening: watch.opening?.at ?? null,
  };
}

/** Throws an Error when it is not a whole checkpoint of this fold's version. */
export function loadFold(options: FoldOptions, { head: bytes, pages }: SavedFold): FoldState {
  const fold = createState(options);
  const head = loadHead(fold, bytes);
  const missing = new Set(pagesOf(fold));
  for (const page of pages) {
    if (missing.delete(page.id)) putSealed(fold, page);
  }
  if (missing.size > 0) throw new Error(`checkpoint lacks ${missing.size} of its pages`);
  relinkPairs(fold.pairs);
  listLivePairs(fold);
  for (const watch of fold.watches.values()) scheduleClose(fold, watch);
  Object.assign(fold.counts, head.counts);
  return fold;
}

function loadHead(fold: Fold, bytes: Uint8Array): Head {
  const lines = decodeLines(bytes);
  const take = (): unknown => {
    const line = lines.next();
    if (line.done === true) throw new Error('checkpoint is cut off');
    return line.value;
  };
  const head = take() as Head;
  if (head.foldVersion !== FOLD_VERSION) throw new Error(`checkpoint is of fold version ${head.foldVersion}`);
  fold.logTime = Number(head.logTime);
  fold.skew = head.skew;
  fold.advancedTo = Number(head.advancedTo);
  fold.gaps = [...head.gaps];
  for (const [account, zone] of head.zones) fold.zones.set(account, zone);
  for (const [key, version] of head.deletedVersions) fold.deletedVersions.set(key, version);
  for (const silence of head.silences) fold.silences.set(silenceKey(silence), silence);
  fold.silenceEnd = Number(head.silenceEnd);
  for (const [alertId, acknowledged] of head.acknowledged) fold.acknowledged.set(alertId, acknowledged);
  for (let i = 0; i < head.metrics; i++) metricOf(fold.series, take() as MetricName);
  for (let i = 0; i < head.watches; i++) loadWatch(fold, take() as SavedWatch);
  for (let i = 0; i < fold.watchAt.length; i++) if (fold.watchAt[i] === undefined) fold.vacant.push(i);
  for (let i = 0; i < head.adopted; i++) {
    const alert = take() as Alert;
    fold.adopted.set(alert.alertId, alert);
  }
  loadTables(fold, head);
  return head;
}

function loadTables(fold: Fold, head: Head): void {
  const [, , befores, , , values] = head.tables;
  if (befores !== null) keepBefores(fold.pairs);
  if (values !== null) keepValues(fold.pool.stamps);
  for (const [i, { table }] of tablesOf(fold).entries()) {
    if (table === null) continue;
    Object.assign(table, head.tables[i]);
    reserve(table, table.used);
  }
  fold.pool.open = head.openWindows;
  fold.series.cutAt = head.series;
}

function loadWatch(fold: Fold, { number, rule, seesFrom, closedTo, opening }: SavedWatch): void {
  const watch = createWatch(fold, rule, { seesFrom: Number(seesFrom), number });
  watch.closedTo = Number(closedTo);
  fold.watches.set(ruleKey(rule.account, rule.ruleId), watch);
  if (rule.enabled) offerToNewSeries(fold, watch);
  if (opening !== null) {
    watch.opening = { at: opening, end: OPENING, watch, live: true };
    addDeadline(fold.schedule, watch.opening);
  }
}

function listLivePairs(fold: Fold): void {
  const { words, used } = fold.pairs.rows;
  for (let pair = 0; pair < used; pair++) {
    if (((words[pair * ROW_WORDS + FLAGS] as number) & ALIVE) === 0) continue;
    const watch = fold.watchAt[words[pair * ROW_WORDS + WATCH] as number];
    if (watch === undefined) throw new Error('checkpoint holds a pair that no rule makes');
    listPair(fold, watch, pair);
  }
}
