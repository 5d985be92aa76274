import { Button, Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { RoleNote } from '../../components/role-note.tsx';
import { useMay } from '../../data/role.ts';
import { useSignOut } from '../../data/session.ts';
import { strings } from '../../strings.ts';
import { userStrings } from '../../strings-users.ts';
import { AboutTab } from './about-tab.tsx';
import { KeysTab } from './keys-tab.tsx';
import { OwnTab } from './own-tab.tsx';
import { UsersTab } from './users-tab.tsx';

const TABS = ['own', 'users', 'keys', 'about'] as const;
const route = getRouteApi('/settings');

/** Who one is, and for admins: who else may come in. */
export function SettingsPage(): ReactNode {
  const { tab = 'own' } = route.useSearch();
  const navigate = route.useNavigate();
  const signOut = useSignOut();
  const mayUsers = useMay('listUsers');
  const mayKeys = useMay('listAccessKeys');
  return (
    <Page
      title={strings.settings.title}
      actions={
        <Button variant="default" onClick={() => signOut.mutate()} loading={signOut.isPending}>
          {strings.settings.signOut}
        </Button>
      }
    >
      <ProblemNote error={signOut.error} />
      <Tabs
        value={tab}
        onChange={(to) => void navigate({ search: to === null || to === 'own' ? {} : { tab: to } })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {userStrings.tabs[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="own">
          <OwnTab />
        </Tabs.Panel>
        <Tabs.Panel value="users">{mayUsers ? <UsersTab /> : <RoleNote needs="admin" />}</Tabs.Panel>
        <Tabs.Panel value="keys">{mayKeys ? <KeysTab /> : <RoleNote needs="admin" />}</Tabs.Panel>
        <Tabs.Panel value="about">
          <AboutTab />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
