import type { ReactNode } from 'react';
import { timeText } from '../data/words.ts';

/** An instant in local time; in UTC in its title. */
export function Time({ ms }: { readonly ms: number }): ReactNode {
  const utc = new Date(ms).toISOString();
  return (
    <time className="number" dateTime={utc} title={utc}>
      {timeText(ms)}
    </time>
  );
}
