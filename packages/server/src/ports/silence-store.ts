import type { Silence } from '@cloudbell/core/alert/silence.ts';

/** A silence as stored; times are wall clock ms. */
export interface StoredSilence {
  readonly silence: Silence;
  /** Who wrote this version: the one who asked for it, until somebody moves its end. */
  readonly changedBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type SilenceWrite =
  /** `change` is the log outbox id to wait for. */
  | { readonly outcome: 'created' | 'updated'; readonly stored: StoredSilence; readonly change: number }
  /** Equal to what is stored: no new version. */
  | { readonly outcome: 'unchanged'; readonly stored: StoredSilence }
  | { readonly outcome: 'not_found' }
  /** What is over stays as it was. */
  | { readonly outcome: 'ended'; readonly stored: StoredSilence }
  | { readonly outcome: 'too_many_silences'; readonly limit: number };

export interface SilenceChange {
  readonly account: string;
  readonly silenceId: string;
  /** Event time, ms: the new end. */
  readonly until: number;
  /** Null leaves it. */
  readonly why: string | null;
  readonly by: string;
}

/**
 * The truth for silences. Each write puts the new version and its log outbox row into one transaction, as rules do
 * ({@link ./rule-store.ts}). Nothing is ever deleted: a silence ends by an end that is not later than now. Reads are
 * {@link ./store-reader.ts}'s.
 */
export interface SilenceStore {
  /** Refused when as many as allowed are not over at `now`. */
  create(silence: Omit<Silence, 'version'>, now: number): Promise<SilenceWrite>;
  change(change: SilenceChange, now: number): Promise<SilenceWrite>;
}
