import { Alert, Button, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { problemOf } from '../data/problem.ts';
import { strings } from '../strings.ts';

/** What went wrong and what to do, where it happened. Nothing when nothing did. */
export function ProblemNote(props: { readonly error: unknown; readonly onRetry?: () => void }): ReactNode {
  const problem = problemOf(props.error);
  if (problem === null) return null;
  return (
    <Alert color="red" variant="outline" role="alert" title={problem.message} mb="md">
      <Text size="sm">
        {problem.hint} <span className="mono quiet">({problem.code})</span>
      </Text>
      {props.onRetry === undefined ? null : (
        <Button mt="sm" size="compact-sm" variant="default" onClick={props.onRetry}>
          {strings.refresh}
        </Button>
      )}
    </Alert>
  );
}
