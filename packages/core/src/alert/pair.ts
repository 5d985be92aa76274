import { round12 } from '../metric/number.ts';
import type { SeriesId } from '../metric/series.ts';
import { type AlertLevel, LEVELS } from '../rule/rule.ts';
import type { AlertState, NotifiedLevel } from './alert.ts';
import type { HoldReason } from './effect.ts';
import { hexOfWords, wordsOfHex } from './id-words.ts';
import {
  ALERT_ID,
  ALIVE,
  COUNTERS,
  EMPTY_WINDOWS,
  FIRST_START,
  type Field,
  FLAGS,
  HAS_ALERT_ID,
  HAS_TRANS_ID,
  LEVEL,
  LINK_WORDS,
  NOTIFIED_AT,
  NOTIFIED_LEVEL,
  OBSERVED_FROM,
  type PairTable,
  PRE_TRIGGER_LEVEL,
  REPEAT_HELD,
  ROW_FLOATS,
  ROW_WORDS,
  resetPair,
  SERIES,
  SINCE,
  SLOT,
  STATE,
  TRANS_ID,
  TRIGGERED_AT,
  VALUE,
  WATCH,
} from './pair-table.ts';
import { touch } from './rows.ts';
import type { Fold, Watch } from './state.ts';

export const NO_COUNTERS: readonly number[] = Object.freeze([0, 0, 0]);

/**
 * One (series, rule) as code that decides something sees it: named fields over a row of numbers. Made when it is
 * needed and kept by nobody. The alert's fields have the meanings of {@link Alert}, NaN standing for a null number.
 */
export class Pair {
  readonly #fold: Fold;
  readonly #table: PairTable;
  readonly number: number;

  constructor(fold: Fold, number: number) {
    this.#fold = fold;
    this.#table = fold.pairs;
    this.number = number;
  }

  get watch(): Watch {
    return this.#fold.watchAt[this.#word(WATCH)] as Watch;
  }
  get seriesId(): SeriesId {
    return this.#word(SERIES);
  }
  get alive(): boolean {
    return this.#has(ALIVE);
  }
  set alive(is: boolean) {
    this.#flag(ALIVE, is);
  }
  /** Its open windows that hold samples: head of a chain in the pool, latest first; -1 for none. */
  get slot(): number {
    return this.#table.links.words[this.number * LINK_WORDS + SLOT] as number;
  }
  set slot(slot: number) {
    touch(this.#table.links, this.number);
    this.#table.links.words[this.number * LINK_WORDS + SLOT] = slot;
  }
  /** Start of the first window that counts, event time ms. */
  get firstStart(): number {
    return this.#float(FIRST_START);
  }
  set firstStart(time: number) {
    this.#setFloat(FIRST_START, time);
  }
  /** A window that starts before this was seen only in part, event time ms. */
  get observedFrom(): number {
    return this.#float(OBSERVED_FROM);
  }
  set observedFrom(time: number) {
    this.#setFloat(OBSERVED_FROM, time);
  }
  get state(): AlertState {
    return this.#get(STATE);
  }
  set state(state: AlertState) {
    this.#set(STATE, state);
  }
  get level(): AlertLevel {
    return this.#get(LEVEL);
  }
  set level(level: AlertLevel) {
    this.#set(LEVEL, level);
  }
  get since(): number {
    return this.#float(SINCE);
  }
  set since(time: number) {
    this.#setFloat(SINCE, time);
  }
  get triggeredAt(): number {
    return this.#float(TRIGGERED_AT);
  }
  set triggeredAt(time: number) {
    this.#setFloat(TRIGGERED_AT, time);
  }
  get transId(): string | null {
    if (!this.#has(HAS_TRANS_ID)) return null;
    return this.#hex(TRANS_ID).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
  set transId(id: string | null) {
    this.#flag(HAS_TRANS_ID, id !== null);
    if (id !== null) this.#setHex(TRANS_ID, id.replaceAll('-', ''));
  }
  /** Consecutive breaching evaluations, by the index of LEVELS. */
  get counters(): readonly number[] {
    const counters = LEVELS.map((_, i) => this.#word(COUNTERS + i));
    return counters.every((count) => count === 0) ? NO_COUNTERS : counters;
  }
  set counters(counters: readonly number[]) {
    for (let i = 0; i < LEVELS.length; i++) this.#setWord(COUNTERS + i, counters[i] ?? 0);
  }
  get emptyWindows(): number {
    return this.#word(EMPTY_WINDOWS);
  }
  set emptyWindows(count: number) {
    this.#setWord(EMPTY_WINDOWS, count);
  }
  get notifiedLevel(): NotifiedLevel {
    return this.#get(NOTIFIED_LEVEL);
  }
  set notifiedLevel(level: NotifiedLevel) {
    this.#set(NOTIFIED_LEVEL, level);
  }
  get preTriggerLevel(): AlertLevel | null {
    return this.#get(PRE_TRIGGER_LEVEL);
  }
  set preTriggerLevel(level: AlertLevel | null) {
    this.#set(PRE_TRIGGER_LEVEL, level);
  }
  get notifiedAt(): number {
    return this.#float(NOTIFIED_AT);
  }
  set notifiedAt(time: number) {
    this.#setFloat(NOTIFIED_AT, time);
  }
  /** As it is shown; the row has every digit, because most windows show it to nobody. */
  get value(): number {
    return round12(this.#float(VALUE));
  }
  set value(value: number) {
    this.#setFloat(VALUE, value);
  }
  /** Why a repeat was held back: said once, not at every window. */
  get repeatHeld(): HoldReason | null {
    return this.#get(REPEAT_HELD);
  }
  set repeatHeld(reason: HoldReason | null) {
    this.#set(REPEAT_HELD, reason);
  }
  /** Known once the alert has caused an effect, which means that it has a live row. */
  get alertId(): string | null {
    return this.#has(HAS_ALERT_ID) ? this.#hex(ALERT_ID) : null;
  }
  set alertId(id: string) {
    this.#flag(HAS_ALERT_ID, true);
    this.#setHex(ALERT_ID, id);
  }

  /** Puts the alert back to where every one starts; windows and life stay. */
  forgetAlert(): void {
    const { alive, firstStart, observedFrom } = this;
    resetPair(this.#table, this.number);
    this.alive = alive;
    this.firstStart = firstStart;
    this.observedFrom = observedFrom;
  }

  #word(at: number): number {
    return this.#table.rows.words[this.number * ROW_WORDS + at] as number;
  }
  #setWord(at: number, word: number): void {
    touch(this.#table.rows, this.number);
    this.#table.rows.words[this.number * ROW_WORDS + at] = word;
  }
  #float(at: number): number {
    return this.#table.rows.floats[this.number * ROW_FLOATS + at] as number;
  }
  #setFloat(at: number, value: number): void {
    touch(this.#table.rows, this.number);
    this.#table.rows.floats[this.number * ROW_FLOATS + at] = value;
  }
  #has(flag: number): boolean {
    return (this.#word(FLAGS) & flag) !== 0;
  }
  #flag(flag: number, is: boolean): void {
    this.#setWord(FLAGS, is ? this.#word(FLAGS) | flag : this.#word(FLAGS) & ~flag);
  }
  #get<Value>({ shift, mask, values }: Field<Value>): Value {
    return values[(this.#word(FLAGS) & mask) >> shift] as Value;
  }
  #set<Value>({ shift, mask, values }: Field<Value>, value: Value): void {
    this.#setWord(FLAGS, (this.#word(FLAGS) & ~mask) | (values.indexOf(value) << shift));
  }
  #hex(at: number): string {
    return hexOfWords(this.#table.rows.words, this.number * ROW_WORDS + at);
  }
  #setHex(at: number, hex: string): void {
    touch(this.#table.rows, this.number);
    this.#table.rows.words.set(wordsOfHex(hex), this.number * ROW_WORDS + at);
  }
}
