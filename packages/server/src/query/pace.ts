import type { Clock } from '../base/clock.ts';
import { CloudbellError } from '../base/errors.ts';
import { turn } from '../base/turn.ts';

/** A question may take this long, with the turns of others in between. */
const QUESTION_MS_MAX = 30_000;

/** Lets others have their turn, and ends a question that takes too long. */
export type Pace = () => Promise<void>;

export function newPace(clock: Pick<Clock, 'monoMs'>): Pace {
  const deadline = clock.monoMs() + QUESTION_MS_MAX;
  return async () => {
    await turn();
    if (clock.monoMs() < deadline) return;
    throw new CloudbellError('query_timeout', {
      message: `The query was not answered within ${QUESTION_MS_MAX / 1000} s.`,
      hint: 'Ask for a shorter time, fewer series or a longer step.',
    });
  };
}
