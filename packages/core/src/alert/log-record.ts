import type { SeriesDefinition, SeriesId } from '../metric/series.ts';
import type { Rule } from '../rule/rule.ts';
import type { Silence } from './silence.ts';

/**
 * What the sample log holds and the fold reads: everything an evaluation may depend on (semantics.md, Log).
 *
 * An entry is one durable row, written by one group commit; its records are folded in order. `time` is log time in
 * ms: it never decreases within a partition and runs on when the wall clock steps back. *Event time*, which windows,
 * intervals and callbacks use, is `time + skew`, and skew changes only by a `clock` record.
 */
export type LogRecord =
  | { readonly kind: 'series'; readonly series: readonly SeriesDefinition[] }
  | SamplesRecord
  | ExpireRecord
  /** Time has come this far; a tick at T equals all ticks up to T. */
  | { readonly kind: 'tick' }
  /** Nothing was observed between these event times (ms): a stop, a suspended machine, a clock that jumped ahead. */
  | { readonly kind: 'gap'; readonly from: number; readonly to: number }
  /** Event time stepped back from `from` to `to` (ms); skew becomes `skew + to - from`. */
  | { readonly kind: 'clock'; readonly from: number; readonly to: number }
  | RuleRecord
  /** A silence as of one version. Idempotent by (account, silenceId, version), as rules are. */
  | { readonly kind: 'silence'; readonly silence: Silence }
  | AcknowledgeRecord
  /** Dismisses the alert of a vanished resource; no notification. */
  | { readonly kind: 'dismiss'; readonly alertId: string; readonly by: string }
  | ZoneRecord;

/** Struct of arrays, equal lengths; one (series id, timestamp ms, value) per index. No object per sample on the hot path. */
export interface SamplesRecord {
  readonly kind: 'samples';
  readonly seriesIds: Uint32Array;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
}

/**
 * These series had no sample for long, and no window of theirs is open: what is known of them leaves memory. Their ids
 * are never used again; a series that comes back is defined anew.
 */
export interface ExpireRecord {
  readonly kind: 'expire';
  readonly seriesIds: readonly SeriesId[];
}

/** A rule as of one version. Idempotent by (account, ruleId, version): an older or equal version changes nothing. */
export interface RuleRecord {
  readonly kind: 'rule';
  readonly account: string;
  readonly ruleId: string;
  readonly version: number;
  /** null: the rule is deleted. */
  readonly rule: Rule | null;
  /** On delete and disable: send a last OK for alerts that were notified (`?close=notify`). */
  readonly closeNotify: boolean;
}

/** The account's IANA time zone for effective intervals. */
export interface ZoneRecord {
  readonly kind: 'zone';
  readonly account: string;
  readonly timeZone: string;
}

/** Somebody knows about an alert as it is since `since` (acknowledgement.ts), or takes that back. */
export interface AcknowledgeRecord {
  readonly kind: 'acknowledge';
  readonly account: string;
  readonly ruleId: string;
  readonly alertId: string;
  /** `since` of the alert as it was seen, event time ms. */
  readonly since: number;
  /** Grows with each record of an alert: one that is not greater changes nothing. */
  readonly number: number;
  /** False: withdrawn. */
  readonly acknowledged: boolean;
  readonly by: string;
}

/** Where an entry stands in its partition: opaque, growing, gaps allowed. */
export type Position = bigint;

export interface LogEntry {
  readonly position: Position;
  /** Log time, ms. */
  readonly time: number;
  /** Event time minus log time, ms, in force *before* this entry's records. */
  readonly skew: number;
  readonly records: readonly LogRecord[];
}
