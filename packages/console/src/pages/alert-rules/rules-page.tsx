import { Group, Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { LinkButton } from '../../components/links.tsx';
import { May } from '../../components/may.tsx';
import { Page } from '../../components/page.tsx';
import { eventStrings } from '../../strings-events.ts';
import { ruleStrings } from '../../strings-rules.ts';
import { EventRules } from '../event-rules/event-rules.tsx';
import { ThresholdRules } from './threshold-rules.tsx';

const route = getRouteApi('/alert-rules');

/** Alerts > Alert Rules, with the tabs of the vendor's console. */
export function RulesPage(): ReactNode {
  const { tab = 'threshold' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page
      title={ruleStrings.title}
      actions={
        tab === 'event' ? (
          <Group gap="sm">
            <LinkButton to="/events" variant="default">
              {eventStrings.title}
            </LinkButton>
            <May do="putEventRule">
              <LinkButton to="/alert-rules/event/create">{eventStrings.rule.create}</LinkButton>
            </May>
          </Group>
        ) : (
          <May do="putRule">
            <LinkButton to="/alert-rules/create">{ruleStrings.create}</LinkButton>
          </May>
        )
      }
    >
      <Tabs
        value={tab}
        onChange={(to) => void navigate({ search: to === 'event' ? { tab: 'event' } : {} })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="threshold">{ruleStrings.threshold}</Tabs.Tab>
          <Tabs.Tab value="event">{ruleStrings.event}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="threshold">
          <ThresholdRules />
        </Tabs.Panel>
        <Tabs.Panel value="event">
          <EventRules />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
