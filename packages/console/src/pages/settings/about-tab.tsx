import { Code, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Bytes, Facts } from '../../components/facts.tsx';
import { Section } from '../../components/page.tsx';
import { useSession } from '../../data/session.ts';
import { strings } from '../../strings.ts';

const text = strings.settings;

/** The account, and what receivers and programs need. Secrets are never shown: a page can be looked at by others. */
export function AboutTab(): ReactNode {
  const { data: me } = useSession();
  return (
    <>
      <Section title={text.account}>
        <Facts
          of={[
            [text.accountId, me?.account],
            [text.timeZone, Intl.DateTimeFormat().resolvedOptions().timeZone],
          ]}
        />
        <Text size="sm" c="dimmed" mt="sm">
          {text.timeZoneHint}
        </Text>
      </Section>
      <Section title={text.secret}>
        <Text mb="xs">{text.secretHint}</Text>
        <Bytes label={text.secretCommand}>npm run -s cloudbell -- secrets</Bytes>
      </Section>
      <Section title={text.api}>
        <Text>
          {text.apiHint} <Code>{`${location.origin}/api/v1/openapi.json`}</Code>
        </Text>
      </Section>
    </>
  );
}
