import type { Role } from '@cloudbell/core/contract/role.ts';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Bytes } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { RoleSelect } from '../../components/role-select.tsx';
import { CopyAndDone, SecretModal } from '../../components/secret-once.tsx';
import { type NewAccessKey, useCreateAccessKey } from '../../data/access-keys.ts';
import { problemOf } from '../../data/problem.ts';
import { userStrings } from '../../strings-users.ts';

const text = userStrings.keys;

/** Makes an access key, then shows its secret. */
export function KeyModal({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }): ReactNode {
  const [made, setMade] = useState<NewAccessKey | null>(null);
  const close = (): void => {
    setMade(null);
    onClose();
  };
  return (
    <SecretModal
      isOpen={isOpen}
      isShown={made !== null}
      title={made === null ? text.create : text.made}
      onClose={close}
    >
      {made === null ? <KeyForm onMade={setMade} onClose={close} /> : <Made made={made} onClose={close} />}
    </SecretModal>
  );
}

function KeyForm(props: { readonly onMade: (key: NewAccessKey) => void; readonly onClose: () => void }): ReactNode {
  const create = useCreateAccessKey();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('editor');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate({ name, role }, { onSuccess: props.onMade });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <ProblemNote error={create.error} />
        <TextInput
          label={userStrings.name}
          description={text.nameHint}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          error={problemOf(create.error)?.field === 'name'}
          autoComplete="off"
          required
          data-autofocus
        />
        <RoleSelect value={role} onChange={setRole} />
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            {userStrings.cancel}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {userStrings.confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Made({ made, onClose }: { readonly made: NewAccessKey; readonly onClose: () => void }): ReactNode {
  return (
    <Stack gap="sm">
      <Text>{text.madeHint}</Text>
      <div>
        <Text size="sm" fw={600}>
          {text.id}
        </Text>
        <Bytes label={text.id}>{made.accessKeyId}</Bytes>
      </div>
      <div>
        <Text size="sm" fw={600}>
          {text.secret}
        </Text>
        <Bytes label={text.secret}>{made.secret}</Bytes>
      </div>
      <CopyAndDone secret={made.secret} text={text} onDone={onClose} />
    </Stack>
  );
}
