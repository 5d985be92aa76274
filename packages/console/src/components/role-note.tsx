import { isAtLeast, type Role } from '@cloudbell/core/contract/role.ts';
import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSession } from '../data/session.ts';
import { userStrings as text } from '../strings-users.ts';

/** Says that this needs another role than one has; nothing to who has it. */
export function RoleNote({ needs }: { readonly needs: Role }): ReactNode {
  const { data: me } = useSession();
  if (me === null || me === undefined || isAtLeast(me.role, needs)) return null;
  return (
    <Alert color="gray" mb="md" title={text.needs[needs](text.roles[me.role])}>
      {text.needsHint}
    </Alert>
  );
}
