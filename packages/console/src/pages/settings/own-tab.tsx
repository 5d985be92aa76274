import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Facts } from '../../components/facts.tsx';
import { Section } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { problemOf } from '../../data/problem.ts';
import { useSession } from '../../data/session.ts';
import { useChangePassword } from '../../data/users.ts';
import { strings } from '../../strings.ts';
import { userStrings } from '../../strings-users.ts';
import { OwnSessions } from './own-sessions.tsx';

const text = userStrings.own;

/** Who one is, one's password, and where one is signed in. */
export function OwnTab(): ReactNode {
  const { data: me } = useSession();
  if (me === null || me === undefined) return null;
  return (
    <>
      <Section title={text.who}>
        <Facts
          of={[
            [strings.settings.user, me.name],
            [userStrings.role, userStrings.ownRoles[me.role]],
          ]}
        />
      </Section>
      <Section title={text.password}>
        <PasswordForm user={me.name} />
      </Section>
      <OwnSessions />
    </>
  );
}

function PasswordForm({ user }: { readonly user: string }): ReactNode {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const change = useChangePassword();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const onSuccess = (): void => {
      setCurrent('');
      setNext('');
      notifications.show({ message: text.changed });
    };
    change.mutate({ currentPassword: current, password: next }, { onSuccess });
  };
  const field = problemOf(change.error)?.field;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm" maw={420}>
        <ProblemNote error={change.error} />
        {/* For password managers: whose password this is. */}
        <input type="text" autoComplete="username" value={user} readOnly hidden />
        <PasswordInput
          label={text.current}
          value={current}
          onChange={({ currentTarget }) => setCurrent(currentTarget.value)}
          autoComplete="current-password"
          error={field === 'currentPassword'}
          required
        />
        <PasswordInput
          label={text.next}
          description={text.nextHint}
          value={next}
          onChange={({ currentTarget }) => setNext(currentTarget.value)}
          autoComplete="new-password"
          error={field === 'password'}
          required
        />
        <Button type="submit" loading={change.isPending} w="fit-content">
          {text.change}
        </Button>
        <Text size="sm" c="dimmed">
          {text.forgotten}
        </Text>
      </Stack>
    </form>
  );
}
