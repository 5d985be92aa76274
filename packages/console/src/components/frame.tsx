import { AppShell, Burger, Group, Loader } from '@mantine/core';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useLiveChanges } from '../data/live-changes.ts';
import { useSession } from '../data/session.ts';
import { SignInPage } from '../pages/sign-in/sign-in-page.tsx';
import { strings } from '../strings.ts';
import { ColorSwitch } from './color-switch.tsx';
import { Lost, Ready } from './connection.tsx';
import { Navigation } from './navigation.tsx';
import { SignedInAs, Viewing } from './signed-in-as.tsx';

/** Header, navigation, and the page; or the way in for who is signed out, at whatever address they came to. */
export function Frame(): ReactNode {
  const session = useSession();
  const [isOpen, setOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // Going somewhere closes the navigation of a small screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what it reacts to.
  useEffect(() => setOpen(false), [path]);
  const isIn = session.data !== null && session.data !== undefined;
  useLiveChanges(isIn);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen || !isIn, desktop: !isIn } }}
      padding={{ base: 'md', sm: 'xl' }}
    >
      <AppShell.Header className="frame-header">
        <a className="skip" href="#main">
          {strings.skip}
        </a>
        <Group h="100%" px={{ base: 'md', sm: 'xl' }} justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            {isIn ? (
              <Burger
                opened={isOpen}
                onClick={() => setOpen(!isOpen)}
                hiddenFrom="sm"
                size="sm"
                aria-label={strings.nav.open}
                aria-expanded={isOpen}
              />
            ) : null}
            <Link to="/" className="brand">
              <img src="/console/icon.svg" alt="" width={26} height={26} />
              {strings.product}
            </Link>
          </Group>
          <Group gap="md" wrap="nowrap">
            <SignedInAs />
            <Ready />
            <ColorSwitch />
          </Group>
        </Group>
      </AppShell.Header>
      {isIn ? <Navigation /> : null}
      <AppShell.Main id="main" tabIndex={-1}>
        <Lost />
        <Viewing />
        {isIn ? <Outlet /> : <Outside isLooking={session.isPending || session.isError} />}
      </AppShell.Main>
    </AppShell>
  );
}

/** Nobody is known to be signed in: still asking, or nobody is. */
function Outside({ isLooking }: { readonly isLooking: boolean }): ReactNode {
  if (!isLooking) return <SignInPage />;
  return (
    <Group justify="center" py="xl">
      <Loader aria-label={strings.loading} />
    </Group>
  );
}
