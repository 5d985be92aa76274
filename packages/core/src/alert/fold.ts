import type { Alert } from './alert.ts';
import type { AlertEffect } from './effect.ts';
import type { LogEntry, RuleRecord } from './log-record.ts';

/** Changes whenever a checkpoint of an older fold could not be read or would decide differently. */
export const FOLD_VERSION = 1;

export interface FoldOptions {
  readonly partition: number;
  /** Lower-case hex SHA-256; ids are derived with it. */
  readonly digest: (text: string) => string;
}

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

export interface FoldState {
  readonly options: FoldOptions;
}

export function createFold(options: FoldOptions): FoldState {
  return { options };
}

/** Folds one entry; answers what it decided, in order. Changes `state` in place; the same entries give the same effects. */
export function applyEntry(_state: FoldState, _entry: LogEntry): AlertEffect[] {
  throw new Error('being written');
}

/** Log time, ms, of the earliest window close, repeat or interval opening; null when nothing is open. */
export function nextDeadline(_state: FoldState): number | null {
  throw new Error('being written');
}

export function foldCounters(_state: FoldState): FoldCounters {
  throw new Error('being written');
}

/** Takes rules from the store where no checkpoint can be read and the log no longer holds them. */
export function seedRules(_state: FoldState, _rules: readonly RuleRecord[]): void {
  throw new Error('being written');
}

/** Committed alerts win over what a fill-only replay made of them. */
export function adoptAlerts(_state: FoldState, _alerts: readonly Alert[]): void {
  throw new Error('being written');
}
