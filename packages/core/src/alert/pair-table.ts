import { type AlertLevel, LEVELS } from '../rule/rule.ts';
import type { AlertState, NotifiedLevel } from './alert.ts';
import type { HoldReason } from './effect.ts';
import { addRow, createRows, type Rows, touch } from './rows.ts';

/**
 * Where the fold keeps pairs, one row each by the pair's number: what every sample looks at in `links`, eight bytes a
 * pair; the alert in `rows`; the last sample before its open windows in `befores`, once a rule needs it. Close.ts and
 * samples.ts read the numbers themselves, everything else goes through {@link ./pair.ts}.
 */
export interface PairTable {
  readonly links: Rows;
  readonly rows: Rows;
  befores: Rows | null;
  /** By series id: head of the chain of its pairs, -1 for none. What lies beyond its end has none. */
  first: Int32Array;
}

/** Words of `links`: head of the pair's chain of open windows, latest first; the series' next pair. -1 ends both. */
export const SLOT = 0;
export const NEXT_PAIR = 1;
export const LINK_WORDS = 2;

/** Floats of `rows`: times are event time ms, but NOTIFIED_AT, which is log time. NaN for what is not known. */
export const FIRST_START = 0;
export const OBSERVED_FROM = 1;
export const SINCE = 2;
export const TRIGGERED_AT = 3;
export const NOTIFIED_AT = 4;
export const VALUE = 5;
export const ROW_FLOATS = 14;
/** Words of `rows`, which lie behind the floats. */
export const WATCH = 12;
export const SERIES = 13;
/** What takes a few bits each: see {@link Field}. */
export const FLAGS = 14;
export const EMPTY_WINDOWS = 15;
/** Three counters, by the index of LEVELS. */
export const COUNTERS = 16;
/** 128 bits each. */
export const ALERT_ID = 19;
export const TRANS_ID = 23;
export const ROW_WORDS = 28;

const LINKS_SHAPE = { floats: 0, words: LINK_WORDS };
const ROWS_SHAPE = { floats: 6, words: 15 };
const BEFORES_SHAPE = { floats: 2, words: 0 };

/** Some bits of FLAGS, and what their numbers stand for. */
export interface Field<Value> {
  readonly shift: number;
  readonly mask: number;
  readonly values: readonly Value[];
}

function field<Value>(shift: number, bits: number, values: readonly Value[]): Field<Value> {
  return { shift, mask: ((1 << bits) - 1) << shift, values };
}

const LEVEL_VALUES: readonly AlertLevel[] = ['OK', ...LEVELS];
export const IN_USE = 1;
export const ALIVE = 2;
export const HAS_ALERT_ID = 4;
export const HAS_TRANS_ID = 8;
export const STATE = field<AlertState>(4, 2, ['INSUFFICIENT_DATA', 'OK', 'ALERT']);
export const LEVEL = field<AlertLevel>(6, 2, LEVEL_VALUES);
export const NOTIFIED_LEVEL = field<NotifiedLevel>(8, 3, [...LEVEL_VALUES, 'INSUFFICIENT_DATA']);
export const PRE_TRIGGER_LEVEL = field<AlertLevel | null>(11, 3, [null, ...LEVEL_VALUES]);
export const REPEAT_HELD = field<HoldReason | null>(14, 2, [null, 'silenced', 'acknowledged', 'outside_interval']);

/** In order, and known to be: nothing to be told, nothing on its way up. */
export const CALM_MASK = STATE.mask | LEVEL.mask | NOTIFIED_LEVEL.mask;
export const CALM = 1 << STATE.shift;

export function createPairTable(): PairTable {
  return { links: createRows(LINKS_SHAPE), rows: createRows(ROWS_SHAPE), befores: null, first: new Int32Array(0) };
}

/** From here on a last sample before the open windows is kept. */
export function keepBefores(table: PairTable): Rows {
  if (table.befores === null) {
    table.befores = createRows(BEFORES_SHAPE);
    while (table.befores.used < table.rows.used) forgetBefore(table, addRow(table.befores));
  }
  return table.befores;
}

export function forgetBefore({ befores }: PairTable, pair: number): void {
  if (befores === null) return;
  touch(befores, pair);
  befores.floats[pair * 2] = Number.NaN;
}

export function firstPair(table: PairTable, seriesId: number): number {
  return seriesId < table.first.length ? (table.first[seriesId] as number) : -1;
}

/** Room for a series that may get pairs. */
export function reserveSeries(table: PairTable, seriesId: number): void {
  const { first } = table;
  if (seriesId < first.length) return;
  table.first = new Int32Array(Math.max(1024, seriesId + 1, Math.ceil(first.length * 1.5))).fill(-1, first.length);
  table.first.set(first);
}

/** A dormant pair, linked to its series; answers its number. */
export function addPairRow(table: PairTable, watch: number, seriesId: number): number {
  const { links, rows } = table;
  const reused = rows.free;
  let pair = reused;
  if (reused === -1) {
    pair = addRow(rows);
    addRow(links);
    if (table.befores !== null) addRow(table.befores);
  } else rows.free = links.words[reused * LINK_WORDS + NEXT_PAIR] as number;
  forgetBefore(table, pair);
  resetPair(table, pair);
  const { words } = rows;
  words[pair * ROW_WORDS + WATCH] = watch;
  words[pair * ROW_WORDS + SERIES] = seriesId;
  reserveSeries(table, seriesId);
  touch(links, pair);
  links.words[pair * LINK_WORDS + SLOT] = -1;
  linkToSeries(table, pair, seriesId);
  return pair;
}

/** Back to where every pair begins: dormant, its alert unknown. Its windows are the caller's. */
export function resetPair({ rows }: PairTable, pair: number): void {
  touch(rows, pair);
  const { floats, words } = rows;
  floats.fill(Number.NaN, pair * ROW_FLOATS, pair * ROW_FLOATS + VALUE + 1);
  words.fill(0, pair * ROW_WORDS + FLAGS, (pair + 1) * ROW_WORDS);
  words[pair * ROW_WORDS + FLAGS] = IN_USE;
}

function linkToSeries(table: PairTable, pair: number, seriesId: number): void {
  table.links.words[pair * LINK_WORDS + NEXT_PAIR] = table.first[seriesId] as number;
  table.first[seriesId] = pair;
}

/** Takes a pair off its series; its number can be given again. */
export function freePairRow(table: PairTable, pair: number): void {
  const { links, rows, first } = table;
  const { words } = links;
  const seriesId = rows.words[pair * ROW_WORDS + SERIES] as number;
  const next = words[pair * LINK_WORDS + NEXT_PAIR] as number;
  if (first[seriesId] === pair) first[seriesId] = next;
  else {
    let before = first[seriesId] as number;
    while (words[before * LINK_WORDS + NEXT_PAIR] !== pair) before = words[before * LINK_WORDS + NEXT_PAIR] as number;
    touch(links, before);
    words[before * LINK_WORDS + NEXT_PAIR] = next;
  }
  touch(rows, pair);
  rows.words[pair * ROW_WORDS + FLAGS] = 0;
  touch(links, pair);
  words[pair * LINK_WORDS + NEXT_PAIR] = rows.free;
  rows.free = pair;
}

/** Makes the chains of series and of free rows anew, which a checkpoint does not hold. */
export function relinkPairs(table: PairTable): void {
  const { links, rows } = table;
  rows.free = -1;
  table.first.fill(-1);
  for (let pair = rows.used - 1; pair >= 0; pair--) {
    if (((rows.words[pair * ROW_WORDS + FLAGS] as number) & IN_USE) === 0) {
      links.words[pair * LINK_WORDS + NEXT_PAIR] = rows.free;
      rows.free = pair;
      continue;
    }
    const seriesId = rows.words[pair * ROW_WORDS + SERIES] as number;
    reserveSeries(table, seriesId);
    linkToSeries(table, pair, seriesId);
  }
}
