import type { ReactNode } from 'react';
import { useConnection, useReadiness } from '../data/standing.ts';
import { timeText } from '../data/words.ts';
import { strings } from '../strings.ts';
import { Badge } from './badges.tsx';

/** Whether Cloudbell does its work in time, in the header of every page. */
export function Ready(): ReactNode {
  const { data, isError } = useReadiness();
  const { ready } = strings;
  if (isError) return <Badge tone="red">{ready.lost}</Badge>;
  if (data === undefined) return <span className="quiet small only-wide">{ready.unknown}</span>;
  if (data.ready) {
    return (
      <span className="only-wide">
        <Badge tone="green">{ready.yes}</Badge>
      </span>
    );
  }
  const why = data.checks.filter((check) => !check.ok).map((check) => check.message);
  return (
    <span title={why.join(' ')}>
      <Badge tone="red">{ready.no}</Badge>
    </span>
  );
}

/** A lost connection is said where one reads, with how old is what is shown. It goes away by itself. */
export function Lost(): ReactNode {
  const { isLost, lastSeenAt } = useConnection();
  const { connection } = strings;
  return (
    <div role="alert">
      {isLost ? (
        <p className="lost">
          {connection.lost} {lastSeenAt === null ? connection.never : connection.seen(timeText(lastSeenAt))}
        </p>
      ) : null}
    </div>
  );
}
