import type { Silence, SilenceState } from '@cloudbell/core/alert/silence.ts';
import type { StoredSilence } from '../../ports/silence-store.ts';
import type { SilenceQuery } from '../../ports/store-reader.ts';
import { page } from './reads-sql.ts';

export interface SilenceDbRow {
  readonly silence_key: number;
  readonly ends_at: number;
  readonly body: string;
  readonly changed_by: string;
  readonly created_at: number;
  readonly updated_at: number;
}

export function silenceOf(row: SilenceDbRow): StoredSilence {
  return {
    silence: JSON.parse(row.body) as Silence,
    changedBy: row.changed_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** Those that end last come first, so that what is in force or to come stands before what is over. */
const SILENCES = 'SELECT silence_key, ends_at, body, changed_by, created_at, updated_at FROM silences';

const CONDITIONS: Readonly<Record<SilenceState, readonly string[]>> = {
  scheduled: ['ends_at > :now', 'starts_at > :now'],
  active: ['ends_at > :now', 'starts_at <= :now'],
  past: ['ends_at <= :now'],
};

export function silencesSql({ state, cursor }: Pick<SilenceQuery, 'state' | 'cursor'>): string {
  const ofState = state === undefined ? [] : CONDITIONS[state];
  return page(SILENCES, ['ends_at', 'silence_key'], {
    'account = :account': true,
    ...Object.fromEntries(ofState.map((condition) => [condition, true])),
    '(ends_at, silence_key) < (:time, :key)': cursor !== null,
  });
}
