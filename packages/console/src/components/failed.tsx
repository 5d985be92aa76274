import { Button, Container } from '@mantine/core';
import type { ReactNode } from 'react';
import { strings } from '../strings.ts';
import { Empty } from './empty.tsx';
import { LinkText } from './links.tsx';
import { Page } from './page.tsx';
import { ProblemNote } from './problem.tsx';

interface Broken {
  readonly error: unknown;
}

/** A page that broke takes nothing else with it: the navigation stays. */
export const FailedPage = ({ error }: Broken): ReactNode => (
  <Page title={strings.connection.failed}>
    <WhatBroke error={error} />
  </Page>
);

/** Where what holds all pages broke. */
export const Failed = ({ error }: Broken): ReactNode => (
  <Container size="sm" py="xl" component="main">
    <h1>{strings.connection.failed}</h1>
    <WhatBroke error={error} />
  </Container>
);

const WhatBroke = ({ error }: Broken): ReactNode => (
  <>
    <ProblemNote error={error} />
    <Button onClick={() => location.reload()}>{strings.refresh}</Button>
  </>
);

export function NotFound(): ReactNode {
  return (
    <Empty title={strings.connection.notFound} hint={strings.connection.notFoundHint}>
      <LinkText to="/">{strings.connection.home}</LinkText>
    </Empty>
  );
}
