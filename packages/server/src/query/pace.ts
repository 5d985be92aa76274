import { CloudbellError } from '../base/errors.ts';
import { turn } from '../base/turn.ts';
import type { QueryOptions } from './options.ts';

/** One turn of a question, about. */
const TURN_MS = 10;

/** Lets others have their turn, and ends a question that takes too long. */
export interface Pace {
  /** Whether others have waited long enough. */
  isDue(): boolean;
  /** Throws `query_timeout`. */
  rest(): Promise<void>;
}

export function newPace({ clock, limits }: Pick<QueryOptions, 'clock' | 'limits'>): Pace {
  let restedAt = clock.monoMs();
  const deadline = restedAt + limits.msMax;
  return {
    isDue: () => clock.monoMs() - restedAt >= TURN_MS,
    rest: async () => {
      await turn();
      restedAt = clock.monoMs();
      if (restedAt < deadline) return;
      throw new CloudbellError('query_timeout', {
        message: `The query was not answered within ${limits.msMax / 1000} s.`,
        hint: 'Ask for a shorter time, fewer series or a longer step.',
      });
    },
  };
}
