import { type Dimensions, dimensionsContain } from '../metric/dimensions.ts';

/**
 * A silence: holds the notifications of some alerts back for a time (design.md §1). It never stops evaluation, and it
 * ends by itself; what is due then goes out (semantics.md, Due is reconciliation).
 */
export interface Silence {
  readonly account: string;
  readonly silenceId: string;
  /** Grows by one with each change. */
  readonly version: number;
  readonly by: SilenceMatcher;
  /** Event time, ms: in force from `from` (included) to `until` (excluded). */
  readonly from: number;
  readonly until: number;
  /** Who asked for it. */
  readonly who: string;
  readonly why: string;
}

/** Which alerts of the account a silence is about: those of a rule, of resources with all these pairs, or one alert. */
export type SilenceMatcher =
  | { readonly ruleId: string }
  | { readonly dimensions: Dimensions }
  | { readonly alertId: string };

/** What of an alert a silence looks at. */
export interface SilenceTarget {
  readonly account: string;
  readonly ruleId: string;
  readonly alertId: string;
  readonly dimensions: Dimensions;
}

export function silenceMatches({ account, by }: Pick<Silence, 'account' | 'by'>, alert: SilenceTarget): boolean {
  if (account !== alert.account) return false;
  if ('ruleId' in by) return by.ruleId === alert.ruleId;
  if ('alertId' in by) return by.alertId === alert.alertId;
  return dimensionsContain(alert.dimensions, by.dimensions);
}

export function isInForce({ from, until }: Pick<Silence, 'from' | 'until'>, at: number): boolean {
  return from <= at && at < until;
}

export const SILENCE_STATES = ['scheduled', 'active', 'past'] as const;
export type SilenceState = (typeof SILENCE_STATES)[number];

export function silenceState({ from, until }: Pick<Silence, 'from' | 'until'>, at: number): SilenceState {
  if (until <= at) return 'past';
  return from <= at ? 'active' : 'scheduled';
}
