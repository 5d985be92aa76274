import { Button, List, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Bytes } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useSignIn } from '../../data/session.ts';
import { strings } from '../../strings.ts';

const text = strings.signIn;

/** For who is signed out: how to get in. */
export function SignInPage(): ReactNode {
  return (
    <Stack maw={560} mx="auto" mt="xl" gap="lg">
      <Title order={1}>{text.title}</Title>
      <PasswordForm />
      <section className="card">
        <Title order={2} mb="xs">
          {text.byLink}
        </Title>
        <Text>{text.intro}</Text>
        <List type="ordered" my="sm" spacing="xs">
          {text.steps.map((step) => (
            <List.Item key={step}>{step}</List.Item>
          ))}
        </List>
        <Bytes label={text.linkLabel}>Console http://127.0.0.1:8190/signin?token=…</Bytes>
        <Text c="dimmed" size="sm" mt="sm">
          {text.goesOn}
        </Text>
      </section>
    </Stack>
  );
}

function PasswordForm(): ReactNode {
  const [user, setUser] = useState('admin');
  const [password, setPassword] = useState('');
  const signIn = useSignIn();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    signIn.mutate({ user, password });
  };
  return (
    <form className="card" onSubmit={submit}>
      <Title order={2} mb="sm">
        {text.byPassword}
      </Title>
      <ProblemNote error={signIn.error} />
      <Stack gap="sm">
        <TextInput
          label={text.user}
          value={user}
          onChange={({ currentTarget }) => setUser(currentTarget.value)}
          autoComplete="username"
          required
        />
        <PasswordInput
          label={text.password}
          value={password}
          onChange={({ currentTarget }) => setPassword(currentTarget.value)}
          autoComplete="current-password"
          required
        />
        <Button type="submit" loading={signIn.isPending} w="fit-content">
          {text.submit}
        </Button>
        <Text c="dimmed" size="sm">
          {text.passwordHint}
        </Text>
      </Stack>
    </form>
  );
}
