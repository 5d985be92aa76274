import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';
import { Badge } from '../../components/badges.tsx';
import { Facts } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useReadiness } from '../../data/standing.ts';
import { strings } from '../../strings.ts';

/** Why Cloudbell does not do its work in time: said first. */
export function NotReady(): ReactNode {
  const { data } = useReadiness();
  if (data === undefined || data.ready) return null;
  return (
    <Alert color="red" variant="outline" role="alert" title={strings.overview.notReady} mb="md">
      {data.checks
        .filter((check) => !check.ok)
        .map((check) => (
          <div key={check.name}>{check.message}</div>
        ))}
    </Alert>
  );
}

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
