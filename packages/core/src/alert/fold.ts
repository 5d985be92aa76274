import { type SeriesKey, seriesKey } from '../metric/series.ts';
import { applyAcknowledge } from './acknowledgement.ts';
import type { Alert } from './alert.ts';
import { advance, nextDue } from './close.ts';
import { overlayAlert } from './deadlines.ts';
import type { AlertEffect } from './effect.ts';
import { dismiss } from './end.ts';
import { applyExpire } from './expire.ts';
import { alertIdOf } from './ids.ts';
import type { AcknowledgeRecord, LogEntry, LogRecord, RuleRecord } from './log-record.ts';
import { applyRule } from './rule-change.ts';
import { takeSamples } from './samples.ts';
import { knowsSeries, seriesAt } from './series-table.ts';
import type { Silence } from './silence.ts';
import { applySilence } from './silence-change.ts';
import { createState, eventTime, type Fold, type FoldOptions as Options } from './state.ts';
import type { Folding } from './step.ts';
import { applyClockStep, applyGap, applyZone } from './time-change.ts';
import { defineSeries, livePairs } from './watches.ts';

/**
 * The fold: (state, log entry) → (state, effects), and nothing else (design.md §2). It has no clock: an entry brings
 * log time, and event time is log time + skew. The records of an entry are folded in order, and before a record that
 * asks or changes what is decided, everything due by then is decided. A gap comes first: it moves what is due.
 */

/** Changes whenever a checkpoint of an older fold could not be read or would decide differently. */
export const FOLD_VERSION = 4;

export type FoldOptions = Options;

export interface FoldCounters {
  readonly series: number;
  readonly pairs: number;
  readonly openWindows: number;
  readonly samples: number;
  readonly lateSamples: number;
  readonly duplicateSamples: number;
  readonly unwatchedSamples: number;
  readonly evaluations: number;
  readonly transitions: number;
}

/** Opaque: only the functions of this file, of checkpoint.ts and of expire.ts look inside. */
export type FoldState = Fold;

export function createFold(options: FoldOptions): FoldState {
  return createState(options);
}

/** Folds one entry; answers what it decided, in order. Changes `state` in place; the same entries give the same effects. */
export function applyEntry(state: FoldState, entry: LogEntry): AlertEffect[] {
  const folding: Folding = { fold: state, position: entry.position, effects: [] };
  state.logTime = Math.max(state.logTime, entry.time);
  state.skew = entry.skew;
  for (const record of entry.records) applyRecord(folding, record);
  advance(folding, eventTime(state));
  return folding.effects;
}

function applyRecord(folding: Folding, record: LogRecord): void {
  const { fold } = folding;
  if (record.kind !== 'gap' && record.kind !== 'series') advance(folding, eventTime(fold));
  switch (record.kind) {
    case 'series':
      for (const series of record.series) defineSeries(fold, series);
      break;
    case 'samples':
      takeSamples(fold, record);
      break;
    case 'tick':
      break;
    case 'expire':
      applyExpire(folding, record);
      break;
    case 'gap':
      applyGap(fold, record);
      break;
    case 'clock':
      applyClockStep(folding, record);
      break;
    case 'rule':
      applyRule(folding, record);
      break;
    case 'silence':
      applySilence(folding, record.silence);
      break;
    case 'acknowledge':
      applyAcknowledge(fold, record);
      break;
    case 'dismiss':
      dismiss(folding, record.alertId);
      break;
    case 'zone':
      applyZone(folding, record.account, record.timeZone);
      break;
    default:
      record satisfies never;
  }
}

/** Log time, ms, of the earliest window close, interval opening or end of a silence; null when nothing is open. */
export function nextDeadline(state: FoldState): number | null {
  const due = nextDue(state);
  return due === Number.POSITIVE_INFINITY ? null : due - state.skew;
}

export function foldCounters(state: FoldState): FoldCounters {
  return { ...state.counts, series: state.series.count, openWindows: state.pool.open };
}

/** False for an id that was never defined, and for one that has expired. */
export function hasSeries(state: FoldState, id: number): boolean {
  return knowsSeries(state.series, id);
}

/** What the fold knows a series id to stand for: its {@link seriesKey}; null for one it does not know. */
export function knownSeriesKey(state: FoldState, id: number): SeriesKey | null {
  return knowsSeries(state.series, id) ? seriesKey(seriesAt(state.series, id)) : null;
}

/** Takes rules from the store where no checkpoint can be read and the log no longer holds them. */
export function seedRules(state: FoldState, rules: readonly RuleRecord[]): void {
  const unheard: Folding = { fold: state, position: 0n, effects: [] };
  for (const rule of rules) applyRule(unheard, rule);
}

/** Takes silences from the store likewise. */
export function seedSilences(state: FoldState, silences: readonly Silence[]): void {
  const unheard: Folding = { fold: state, position: 0n, effects: [] };
  for (const silence of silences) applySilence(unheard, silence);
}

/** Takes acknowledgements from the store likewise; after {@link adoptAlerts}, since each is about an alert as it is. */
export function seedAcknowledgements(state: FoldState, records: readonly AcknowledgeRecord[]): void {
  for (const record of records) applyAcknowledge(state, record);
}

/**
 * Committed alerts win over what a fill-only replay made of them. A pair without one starts over, and keeps its windows
 * only: what the replay decided of it was never committed, so whatever holds of it is still to be told.
 */
export function adoptAlerts(state: FoldState, alerts: readonly Alert[]): void {
  const byId = new Map(alerts.map((alert) => [alert.alertId, alert]));
  for (const watch of state.watches.values()) {
    for (const pair of livePairs(state, watch)) {
      const alertId = alertIdOf(state.options.digest, watch.ruleId, seriesAt(state.series, pair.seriesId));
      const alert = byId.get(alertId);
      if (alert === undefined) pair.forgetAlert();
      else overlayAlert(state, pair, alert);
      byId.delete(alertId);
    }
  }
  for (const [alertId, alert] of byId) state.adopted.set(alertId, alert);
}
