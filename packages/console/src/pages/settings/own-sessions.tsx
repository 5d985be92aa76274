import { Button, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Badge } from '../../components/badges.tsx';
import { Cut } from '../../components/cut.tsx';
import { Section } from '../../components/page.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Time } from '../../components/time.tsx';
import { type Session, useEndSession, useOwnSessions } from '../../data/users.ts';
import { strings } from '../../strings.ts';
import { userStrings } from '../../strings-users.ts';

const text = userStrings.own;

/** Where one is signed in, newest first. */
export function OwnSessions(): ReactNode {
  const { data, error } = useOwnSessions();
  const end = useEndSession();
  return (
    <Section title={text.sessions} isFlush>
      <Text px="lg" pt="md">
        {text.sessionsHint}
      </Text>
      <ProblemNote error={error ?? end.error} />
      {data === undefined ? (
        <Text p="lg">{strings.loading}</Text>
      ) : (
        <PlainTable columns={[text.started, text.from, text.by, userStrings.actions]} label={text.sessions}>
          {data.map((session) => (
            <SessionRow key={session.sessionId} session={session} onEnd={() => end.mutate(session.sessionId)} />
          ))}
        </PlainTable>
      )}
    </Section>
  );
}

function SessionRow({ session, onEnd }: { readonly session: Session; readonly onEnd: () => void }): ReactNode {
  return (
    <tr>
      <td>
        <Time ms={session.createdAt} />
      </td>
      <td>{session.address}</td>
      <td className="col-wider">
        <Cut>{session.userAgent || strings.none}</Cut>
      </td>
      <td>
        {session.current ? (
          <Badge tone="green">{text.here}</Badge>
        ) : (
          <Button size="compact-sm" variant="subtle" px={6} onClick={onEnd}>
            {text.end}
          </Button>
        )}
      </td>
    </tr>
  );
}
