import { Button, Container } from '@mantine/core';
import type { ReactNode } from 'react';
import { strings } from '../strings.ts';
import { Empty } from './empty.tsx';
import { LinkText } from './links.tsx';
import { ProblemNote } from './problem.tsx';

/** A page that broke takes nothing else with it. */
export function Failed({ error }: { readonly error: unknown }): ReactNode {
  return (
    <Container size="sm" py="xl" component="main">
      <h1>{strings.connection.failed}</h1>
      <ProblemNote error={error} />
      <Button onClick={() => location.reload()}>{strings.refresh}</Button>
    </Container>
  );
}

export function NotFound(): ReactNode {
  return (
    <Empty title={strings.connection.notFound} hint={strings.connection.notFoundHint}>
      <LinkText to="/">{strings.connection.home}</LinkText>
    </Empty>
  );
}
