import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSession } from '../data/session.ts';
import { userStrings as text } from '../strings-users.ts';
import { LinkText } from './links.tsx';

/** Name and role, in the header; where there is no room for it, Settings says the same. */
export function SignedInAs(): ReactNode {
  const { data: me } = useSession();
  if (me === null || me === undefined) return null;
  return (
    <LinkText to="/settings" size="sm" visibleFrom="sm" truncate maw={220}>
      {text.signedInAs(me.name, text.roles[me.role])}
    </LinkText>
  );
}

/** Above every page of a viewer: why nothing can be changed here. */
export function Viewing(): ReactNode {
  const { data: me } = useSession();
  if (me?.role !== 'viewer') return null;
  return (
    <Text className="page quiet small" mb="xs">
      {text.viewing}
    </Text>
  );
}
