import type { Rule } from '../rule/rule.ts';
import type { Alert } from './alert.ts';
import type { Gap } from './gaps.ts';
import type { LevelPlan } from './levels.ts';
import type { NumberList } from './number-list.ts';
import { createPairTable, type PairTable } from './pair-table.ts';
import { createSchedule, type Deadline, type Schedule } from './schedule.ts';
import { createSeriesTable, type SeriesTable } from './series-table.ts';
import type { Silence } from './silence.ts';
import { createWindowPool, type WindowPool } from './window-pool.ts';

/**
 * What the fold keeps between entries.
 *
 * A *watch* is one rule in force. All its windows share borders and deadlines, so time is kept per watch: `closedTo`
 * says up to where its windows are closed, and one schedule entry announces the next close. A *pair* is one
 * (series, rule); it is dormant until the first sample of its series after the rule began, and alive from then on.
 * What there are many of, pairs and open windows, are rows of numbers, found by a number (rows.ts).
 */
export interface Fold {
  readonly options: FoldOptions;
  /** Log time of the last entry, ms. */
  logTime: number;
  /** Event time minus log time, ms. */
  skew: number;
  /** Event time up to which everything due has been decided, ms. */
  advancedTo: number;
  readonly series: SeriesTable;
  /** Enabled rules where a new series looks for them: by metric alone, or by one dimension of each resource as well. */
  readonly watchesByMetric: Map<string, Watch[]>;
  readonly watchesByDimension: Map<string, Watch[]>;
  /** Every rule that is not deleted, by {@link ruleKey}. */
  readonly watches: Map<string, Watch>;
  /** Versions of deleted rules, so that an old record cannot bring one back. */
  readonly deletedVersions: Map<string, number>;
  /** By the number that pairs have for their watch. */
  readonly watchAt: (Watch | undefined)[];
  /** Numbers of `watchAt` that are vacant. */
  readonly vacant: number[];
  /** Dormant ones included. */
  readonly pairs: PairTable;
  readonly pool: WindowPool;
  readonly schedule: Schedule<Watch>;
  /** In order of `from`; those that no open window can touch any more are dropped when the next one comes. */
  gaps: Gap[];
  /** IANA zone by account. */
  readonly zones: Map<string, string>;
  /** Committed alerts whose pair has not come to life yet, by alert id. */
  readonly adopted: Map<string, Alert>;
  /** By {@link silenceKey}, those included that ended lately. */
  readonly silences: Map<string, Silence>;
  /** Event time, ms, of the next end of a silence; infinite when none will end. */
  silenceEnd: number;
  /** By alert id; counts only while the alert is as it was seen. */
  readonly acknowledged: Map<string, Acknowledged>;
  readonly counts: Counts;
}

/** That somebody knows about an alert, or knew (acknowledgement.ts). */
export interface Acknowledged {
  /** `since` of the alert as it was seen, event time ms. */
  readonly since: number;
  /** Of the record: one that is not greater changes nothing. */
  readonly number: number;
  /** False after it was withdrawn. */
  readonly holds: boolean;
}

export interface FoldOptions {
  readonly partition: number;
  /** Lower-case hex SHA-256; ids are derived with it. */
  readonly digest: (text: string) => string;
}

export interface Counts {
  pairs: number;
  samples: number;
  lateSamples: number;
  duplicateSamples: number;
  unwatchedSamples: number;
  evaluations: number;
  transitions: number;
}

export interface Watch {
  /** Where `watchAt` has it. */
  readonly number: number;
  readonly account: string;
  readonly ruleId: string;
  /** The version in force. */
  rule: Rule;
  plans: readonly LevelPlan[];
  periodMs: number;
  graceMs: number;
  /** Event time, ms, from which samples count: when the rule, its period or a statistic began, or the clock stepped back. */
  seesFrom: number;
  /** End of the last closed window, event time ms; kept only while a pair is alive. */
  closedTo: number;
  /** True when a level looks at how a counter grows: the last sample before the open windows is kept. */
  isCounter: boolean;
  /** Numbers of the pairs that are alive; in order of series id unless `unsorted`. */
  readonly alive: NumberList;
  unsorted: boolean;
  closing: Deadline<Watch> | null;
  /** Set while a notification waits for the effective interval. */
  opening: Deadline<Watch> | null;
  /** The minute (event time) for which `effective` was worked out. */
  effectiveMinute: number;
  effective: boolean;
}

export function createState(options: FoldOptions): Fold {
  return {
    options,
    logTime: Number.NEGATIVE_INFINITY,
    skew: 0,
    advancedTo: Number.NEGATIVE_INFINITY,
    series: createSeriesTable(),
    watchesByMetric: new Map(),
    watchesByDimension: new Map(),
    watches: new Map(),
    deletedVersions: new Map(),
    watchAt: [],
    vacant: [],
    pairs: createPairTable(),
    pool: createWindowPool(),
    schedule: createSchedule(),
    gaps: [],
    zones: new Map(),
    adopted: new Map(),
    silences: new Map(),
    silenceEnd: Number.POSITIVE_INFINITY,
    acknowledged: new Map(),
    counts: {
      pairs: 0,
      samples: 0,
      lateSamples: 0,
      duplicateSamples: 0,
      unwatchedSamples: 0,
      evaluations: 0,
      transitions: 0,
    },
  };
}

/** The event time that the last entry brought, ms. */
export function eventTime(fold: Fold): number {
  return fold.logTime + fold.skew;
}

export function ruleKey(account: string, ruleId: string): string {
  return JSON.stringify([account, ruleId]);
}

/** Order of rules wherever several have something to do at once: account, then rule id, by code unit. */
export function compareWatches(a: Watch, b: Watch): number {
  if (a.account !== b.account) return a.account < b.account ? -1 : 1;
  return a.ruleId < b.ruleId ? -1 : a.ruleId > b.ruleId ? 1 : 0;
}
