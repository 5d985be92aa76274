import type { ReactNode } from 'react';
import { Badge } from '../../components/badges.tsx';
import { Facts } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useReadiness } from '../../data/standing.ts';
import { strings } from '../../strings.ts';

/** Each part of Cloudbell, and whether it keeps up. */
export function Standing(): ReactNode {
  const { data, error } = useReadiness();
  if (data === undefined) return error === null ? strings.loading : <ProblemNote error={error} />;
  return (
    <Facts
      of={data.checks.map((check) => [
        strings.checks[check.name],
        check.ok ? (
          check.message
        ) : (
          <>
            <Badge tone="red" symbol="✕">
              {strings.ready.no}
            </Badge>{' '}
            {check.message}
          </>
        ),
      ])}
    />
  );
}
