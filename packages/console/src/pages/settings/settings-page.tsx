import { Button, Code, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Facts } from '../../components/facts.tsx';
import { Page, Section } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useSession, useSignOut } from '../../data/session.ts';
import { strings } from '../../strings.ts';

const text = strings.settings;

/** Who one is here, and what receivers and programs need. Secrets are never shown: a page can be looked at by others. */
export function SettingsPage(): ReactNode {
  const { data: me } = useSession();
  const signOut = useSignOut();
  return (
    <Page
      title={text.title}
      actions={
        <Button variant="default" onClick={() => signOut.mutate()} loading={signOut.isPending}>
          {text.signOut}
        </Button>
      }
    >
      <ProblemNote error={signOut.error} />
      <Section title={text.account}>
        <Facts
          of={[
            [text.accountId, me?.account],
            [text.user, me?.name],
            [text.timeZone, Intl.DateTimeFormat().resolvedOptions().timeZone],
          ]}
        />
        <Text size="sm" c="dimmed" mt="sm">
          {text.timeZoneHint}
        </Text>
      </Section>
      <Section title={text.secret}>
        <Text mb="xs">{text.secretHint}</Text>
        <Code block>npm run -s cloudbell -- secrets</Code>
      </Section>
      <Section title={text.keys}>
        <Text mb="xs">{text.keysHint}</Text>
        <Code block>CLOUDBELL_ACCESS_KEY_ID=… CLOUDBELL_ACCESS_KEY_SECRET=… npm start</Code>
      </Section>
      <Section title={text.api}>
        <Text>
          {text.apiHint} <Code>{`${location.origin}/api/v1/openapi.json`}</Code>
        </Text>
      </Section>
    </Page>
  );
}
