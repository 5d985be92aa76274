import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { Badge } from '../../components/badges.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Section } from '../../components/page.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Time } from '../../components/time.tsx';
import { useSession } from '../../data/session.ts';
import { type User, useDeleteUser, useSignOutUser, useUsers } from '../../data/users.ts';
import { strings } from '../../strings.ts';
import { userStrings } from '../../strings-users.ts';
import { NEW_USER, type UserEdit, UserModal } from './user-modal.tsx';

const text = userStrings.users;

/** Who may sign in, and as what. */
export function UsersTab(): ReactNode {
  const { data, error } = useUsers();
  const [edit, setEdit] = useState<UserEdit | null>(null);
  const [removing, setRemoving] = useState<User | null>(null);
  const remove = useDeleteUser();
  return (
    <Section
      title={userStrings.tabs.users}
      isFlush
      aside={
        <Button size="compact-sm" onClick={() => setEdit(NEW_USER)}>
          {text.create}
        </Button>
      }
    >
      <Text px="lg" pt="md">
        {text.intro}
      </Text>
      <ProblemNote error={error} />
      {data === undefined ? (
        <Text p="lg">{strings.loading}</Text>
      ) : (
        <UserTable users={data} onEdit={(user) => setEdit({ isNew: false, user })} onRemove={setRemoving} />
      )}
      <UserModal edit={edit} onClose={() => setEdit(null)} />
      <Confirm
        title={removing === null ? null : text.removeSure(removing.name)}
        action={text.remove}
        isPending={remove.isPending}
        error={remove.error}
        onClose={() => {
          setRemoving(null);
          remove.reset();
        }}
        onConfirm={() => removing !== null && remove.mutate(removing.name, { onSuccess: () => setRemoving(null) })}
      >
        {text.removeHint}
      </Confirm>
    </Section>
  );
}

interface TableProps {
  readonly onEdit: (user: User) => void;
  readonly onRemove: (user: User) => void;
}

function UserTable({ users, ...rest }: TableProps & { readonly users: readonly User[] }): ReactNode {
  return (
    <PlainTable columns={[userStrings.name, userStrings.role, text.state, text.lastSignIn, userStrings.actions]}>
      {users.map((user) => (
        <UserRow key={user.name} user={user} {...rest} />
      ))}
    </PlainTable>
  );
}

function UserRow({ user, onEdit, onRemove }: TableProps & { readonly user: User }): ReactNode {
  const { data: me } = useSession();
  const signOut = useSignOutUser();
  const look = { size: 'compact-sm', variant: 'subtle', px: 6 } as const;
  const label = (action: string): string => userStrings.actionOf(action, user.name);
  return (
    <tr>
      <td>
        <strong>{user.name}</strong> {me?.name === user.name ? <span className="quiet">{`(${text.you})`}</span> : null}
      </td>
      <td>{userStrings.roles[user.role]}</td>
      <td>
        <Badge tone={user.enabled ? 'green' : 'plain'}>{user.enabled ? text.enabled : text.disabled}</Badge>
      </td>
      <td>{user.lastSignInAt === null ? text.never : <Time ms={user.lastSignInAt} />}</td>
      <td>
        <div className="actions">
          <Button {...look} aria-label={label(text.edit)} onClick={() => onEdit(user)}>
            {text.edit}
          </Button>
          <Button
            {...look}
            aria-label={label(text.signOut)}
            loading={signOut.isPending}
            onClick={() =>
              signOut.mutate(user.name, {
                onSuccess: () => notifications.show({ message: text.signedOut(user.name) }),
              })
            }
          >
            {text.signOut}
          </Button>
          <Button {...look} className="danger" aria-label={label(text.remove)} onClick={() => onRemove(user)}>
            {text.remove}
          </Button>
          <ProblemNote error={signOut.error} />
        </div>
      </td>
    </tr>
  );
}
