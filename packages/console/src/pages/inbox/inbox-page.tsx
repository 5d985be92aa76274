import { Code, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Badge } from '../../components/badges.tsx';
import { Empty } from '../../components/empty.tsx';
import { Page } from '../../components/page.tsx';
import { useInbox } from '../../data/inbox.ts';
import { strings } from '../../strings.ts';
import { ReceivedRow } from './received-row.tsx';

const text = strings.inbox;

/** What came to /inbox/<name>, as it comes. */
export function InboxPage(): ReactNode {
  const { items, stream } = useInbox();
  return (
    <Page
      title={text.title}
      actions={
        <span role="status">
          <Badge tone={stream === 'live' ? 'green' : 'amber'}>{text[stream]}</Badge>
        </span>
      }
    >
      <Text mb="md">
        {text.intro} <Code>{`${location.origin}/inbox/demo`}</Code>
      </Text>
      <div className="card is-flush">
        {items.length === 0 ? (
          <Empty title={text.none} hint={text.noneHint} />
        ) : (
          <ul className="rows">
            {items.map((received) => (
              <li key={received.id}>
                <ReceivedRow received={received} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </Page>
  );
}
