import { Button, Checkbox, Group, Modal, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ProblemNote } from '../../components/problem.tsx';
import { RoleSelect } from '../../components/role-select.tsx';
import { problemOf } from '../../data/problem.ts';
import { type User, usePutUser } from '../../data/users.ts';
import { userStrings } from '../../strings-users.ts';

const text = userStrings.users;

export interface UserEdit {
  readonly isNew: boolean;
  readonly user: Pick<User, 'name' | 'role' | 'enabled'>;
}

export const NEW_USER: UserEdit = { isNew: true, user: { name: '', role: 'viewer', enabled: true } };

/** Creates a user or changes one. */
export function UserModal({
  edit,
  onClose,
}: {
  readonly edit: UserEdit | null;
  readonly onClose: () => void;
}): ReactNode {
  const title = edit?.isNew === false ? userStrings.actionOf(text.edit, edit.user.name) : text.create;
  return (
    <Modal opened={edit !== null} onClose={onClose} title={title} centered>
      {edit === null ? null : <UserForm edit={edit} onClose={onClose} />}
    </Modal>
  );
}

function UserForm({ edit: { isNew, user }, onClose }: { readonly edit: UserEdit; readonly onClose: () => void }) {
  const put = usePutUser();
  const [name, setName] = useState(user.name);
  const [role, setRole] = useState(user.role);
  const [enabled, setEnabled] = useState(user.enabled);
  const [password, setPassword] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const body = { role, enabled, ...(password === '' ? {} : { password }) };
    put.mutate({ name: name.trim(), isNew, body }, { onSuccess: onClose });
  };
  const field = problemOf(put.error)?.field;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <ProblemNote error={put.error} />
        <TextInput
          label={userStrings.name}
          description={isNew ? text.nameHint : undefined}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          readOnly={!isNew}
          autoComplete="off"
          error={field === 'name'}
          required
        />
        <RoleSelect value={role} onChange={setRole} />
        <PasswordInput
          label={text.password}
          description={isNew ? text.passwordHint : text.passwordKeepHint}
          value={password}
          onChange={({ currentTarget }) => setPassword(currentTarget.value)}
          autoComplete="new-password"
          error={field === 'password'}
          required={isNew}
        />
        <Checkbox
          label={text.enabled}
          description={text.enabledHint}
          checked={enabled}
          onChange={({ currentTarget }) => setEnabled(currentTarget.checked)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {userStrings.cancel}
          </Button>
          <Button type="submit" loading={put.isPending}>
            {userStrings.confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
